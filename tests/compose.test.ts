// The compose files say nothing that the rest does not know: settings by their names, ports, folders and places of docs/nginx.conf.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Config, parseConfig } from '../server/platform/config.ts'

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
const [home, scaled, image, nginx] = [
  'compose.yaml',
  'compose.scaled.yaml',
  'Dockerfile',
  'docs/nginx.conf',
].map(read) as [string, string, string, string]

/** A service by its name, at the only depth where services are. */
const serviceOf = (compose: string, name: string): string =>
  new RegExp(`^ {2}${name}:\\n((?: {4}.*\\n|\\s*\\n| {2}#.*\\n)*)`, 'm').exec(`${compose}\n`)?.[1] ?? ''

/** Settings as a container gets them: the image's own and those of the compose file, also what is only proposed. */
const settingsOf = (compose: string): Record<string, string> => ({
  MEDIASERVER_DATA: /MEDIASERVER_DATA=(\S+)/.exec(image)?.[1] ?? '',
  ...Object.fromEntries(
    [...compose.matchAll(/^ {4,6}(?:# )?(MEDIASERVER_\w+): (.*)$/gm)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  ),
})

/** The flags of a service's command, which must be ones that the command line takes. */
const flagsOf = (service: string): Record<string, string> =>
  Object.fromEntries(
    [...service.matchAll(/--(\w+), (\w+)/g)].map(([, flag = '', value = '']) => {
      assert.match(read('server/main.ts'), new RegExp(`^ {2}${flag}: \\{ type: 'string'`, 'm'))
      return [flag, value]
    }),
  )

const mountsOf = (service: string): string[] =>
  [...service.matchAll(/^ +- [\w./]+:(\/[^:\s]+)/gm)].map(([, target = '']) => target)

test('compose.yaml: one process on the port that is opened, with the folders that are mounted', () => {
  const service = serviceOf(home, 'mediaserver')
  const config = parseConfig(settingsOf(service))
  assert.equal(config.role, 'all')
  assert.ok(service.includes(`- '8096:${config.http.port}'`))
  assert.deepEqual(mountsOf(service).toSorted(), [config.dataPath, ...config.libraries].toSorted())
  // A folder of the host that is not there yet becomes root's, and the image's user is not root.
  assert.doesNotMatch(service, new RegExp(`\\./\\S*:${config.dataPath}`))
  assert.match(service, /^ {4}init: true$/m)
  assert.ok(config.owner, 'what is proposed for the owner would be taken')
})

test('compose.scaled.yaml: its settings fit together for each process, and name services that are there', () => {
  const settings = settingsOf(scaled)
  assert.ok(Object.keys(settings).length >= 9)
  const roles = { 'web-1': 'web', 'web-2': 'web', worker: 'worker' }
  const configs: Config[] = Object.entries(roles).map(([name, role]) => {
    const service = serviceOf(scaled, name)
    assert.ok(service.includes('<<: *mediaserver') && service.includes('node, server/main.ts'), name)
    const config = parseConfig(settings, flagsOf(service))
    assert.equal(config.role, role)
    return config
  })
  const [web] = configs
  assert.ok(web?.database.kind === 'postgres' && web.redisUrl !== null && web.s3 !== null)
  const database = new URL(web.database.url)
  const postgres = serviceOf(scaled, database.hostname)
  assert.ok(
    postgres.includes(
      `{ POSTGRES_USER: ${database.username}, POSTGRES_PASSWORD: ${database.password}, POSTGRES_DB: ${database.pathname.slice(1)} }`,
    ),
  )
  for (const address of [web.redisUrl, web.s3.endpoint ?? ''])
    assert.notEqual(serviceOf(scaled, new URL(address).hostname), '', `no service for ${address}`)
  for (const [, name = ''] of scaled.matchAll(/^ {4}(\w+): \{ condition: service_healthy \}$/gm))
    assert.match(serviceOf(scaled, name), /^ {4}healthcheck: /m, `${name} would never be healthy`)
  assert.deepEqual(web.libraries, ['/media'])
  assert.deepEqual(mountsOf(scaled.split('\nservices:')[0] ?? ''), web.libraries)
})

test('compose.scaled.yaml changes what docs/nginx.conf has to be changed, and its ports are those', () => {
  const { http } = parseConfig(settingsOf(scaled), { role: 'web' })
  const changes = [...scaled.matchAll(/-e 's\|([^|]+)\|([^|]+)\|/g)].map(
    ([, was = '', is = '']) => [was, is] as const,
  )
  assert.equal(changes.length, 2)
  for (const [was] of changes) assert.ok(nginx.includes(was), was)
  const upstreams = [...(changes[0]?.[1] ?? '').matchAll(/server ([\w-]+):(\d+);/g)]
  assert.deepEqual(
    upstreams.map(([, name, port]) => [name, Number(port)]),
    ['web-1', 'web-2'].map((name) => [name, http.port]),
  )
  const listens = /listen (\d+);/.exec(nginx)?.[1]
  const service = serviceOf(scaled, 'nginx')
  assert.ok(service.includes(`ports: ['8096:${listens}']`))
  assert.ok(nginx.includes(`location ${http.accelPrefix}/files`), 'the internal address is the same')
  // nginx finds a film under the path that the processes know.
  const files = nginx.replaceAll('/srv/Films/', changes[1]?.[1] ?? '')
  assert.ok(files.includes(`location ${http.accelPrefix}/files/media/ {`) && files.includes('alias /media/;'))
  assert.deepEqual(
    mountsOf(service).filter((path) => path === '/media'),
    ['/media'],
  )
})

test('health is asked at an address that is served, on the port that is listened to', () => {
  const { http } = parseConfig(settingsOf(home))
  assert.ok(image.includes(`EXPOSE ${http.port}`))
  const address = new URL(/fetch\('([^']+)'\)/.exec(image)?.[1] ?? '')
  assert.equal(Number(address.port), http.port)
  assert.ok(read('server/http/observability.ts').includes(`http.get('${address.pathname}'`))
})
