// The import rules of docs/architecture.md, executed. A type-only import counts: a type is a dependency too.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { test } from 'node:test'

/** zone -> the zones it may import. `*` = every zone of that side. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'server/main.ts': ['server/cli', 'server/app.ts', 'server/version.ts', 'server/platform'],
  'server/offline.ts': ['*'],
  'server/cli': [
    'server/app.ts',
    'server/offline.ts',
    'server/version.ts',
    'server/media',
    'server/platform',
  ],
  'server/app.ts': ['*'],
  'server/wiring': ['*'],
  'server/version.ts': [],
  'server/admin': [
    'server/party',
    'server/playback',
    'server/history',
    'server/catalog',
    'server/library',
    'server/accounts',
    'server/platform',
  ],
  'server/party': ['server/catalog', 'server/platform'],
  'server/playback': ['server/library', 'server/media', 'server/job-kinds.ts', 'server/platform'],
  'server/history': ['server/catalog', 'server/platform'],
  'server/catalog': ['server/library', 'server/media', 'server/job-kinds.ts', 'server/platform'],
  'server/library': ['server/media', 'server/job-kinds.ts', 'server/platform'],
  'server/accounts': ['server/job-kinds.ts', 'server/platform'],
  'server/media': ['server/platform'],
  'server/http': ['server/platform'],
  'server/job-kinds.ts': ['server/platform'],
  'server/platform': [],
  shared: [],
  'web/main.tsx': ['*'],
  'web/routes.tsx': ['web/pages', 'web/components', 'web/api', 'web/lib'],
  'web/pages': ['web/player', 'web/party', 'web/api', 'web/components', 'web/lib'],
  'web/party': ['web/player', 'web/api', 'web/components', 'web/lib'],
  'web/player': ['web/api', 'web/components', 'web/lib'],
  'web/components': ['web/lib', 'web/api'],
  'web/api': ['web/lib'],
  'web/lib': [],
}

const FEATURES = ['accounts', 'library', 'catalog', 'history', 'playback', 'party', 'admin']

/** Where everything is put together. */
const isRoot = (file: string): boolean => file === 'server/app.ts' || file.startsWith('server/wiring/')

/** Where a feature meets the outside: HTTP, sockets, the job worker. Only the composition root imports these. */
const EDGE = /^server\/(\w+)\/(routes|socket|jobs)\.ts$/

/** A package or capability -> the only files that may touch it. */
const ONE_HOME: Record<string, RegExp> = {
  fastify: /^server\/http\//,
  'socket.io': /^server\/http\/sockets\.ts$/,
  'better-auth': /^server\/accounts\/auth\.ts$/,
  kysely: /^server\/(platform\/(database|jobs)\/|\w+\/store[\w-]*\.ts$)/,
  'node:sqlite': /^server\/platform\/database\//,
  pg: /^server\/platform\/database\/postgres(-hold)?\.ts$/,
  ioredis: /^server\/platform\/(redis|jobs\/bullmq-\w+)\.ts$/,
  bullmq: /^server\/platform\/jobs\/bullmq-\w+\.ts$/,
  '@aws-sdk/client-s3': /^server\/platform\/blobs\/s3\.ts$/,
  'node:child_process': /^server\/(platform\/process|media\/worker-pool)\.ts$/,
  'node-av': /^server\/media\/worker\//,
  sharp: /^server\/catalog\/artwork\.ts$|^server\/media\/worker\//,
  'hls.js': /^web\/player\/(source\.ts|hls\/)/,
}

const IMPORT = /\b(?:import|export)\b[^'"]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g

const files = globSync('{server,shared,web}/**/*.{ts,tsx}').filter((f) => !f.endsWith('.test.ts'))
const zoneOf = (f: string) => (f.startsWith('shared/') ? 'shared' : f.split('/').slice(0, 2).join('/'))
const featureOf = (f: string) => FEATURES.find((name) => f.startsWith(`server/${name}/`))

/** `node-av/constants` lives where `node-av` lives. */
const packageOf = (spec: string) =>
  spec
    .split('/')
    .slice(0, spec.startsWith('@') ? 2 : 1)
    .join('/')

function* imports(): Generator<{ from: string; to: string; local: boolean }> {
  for (const from of files)
    for (const match of readFileSync(from, 'utf8').matchAll(IMPORT)) {
      const spec = (match[1] ?? match[2])!
      if (spec.startsWith('#shared/')) yield { from, to: spec.slice(1), local: true }
      else if (spec.startsWith('.')) yield { from, to: posix.join(posix.dirname(from), spec), local: true }
      else yield { from, to: spec, local: false }
    }
}

const violations = (rule: (i: { from: string; to: string; local: boolean }) => string | false | undefined) =>
  [...imports()].flatMap((i) => {
    const why = rule(i)
    return why ? [`${i.from} -> ${i.to}: ${why}`] : []
  })

test('there is something to check', () => assert.ok(files.length > 20))

test('zones import only the zones below them', () => {
  assert.deepEqual(
    violations(({ from, to, local }) => {
      const [a, b] = [zoneOf(from), zoneOf(to)]
      if (!local || a === b || (b === 'shared' && a !== 'shared') || to.endsWith('package.json')) return
      if (MAY_IMPORT[a]?.includes('*') && a.split('/')[0] === b.split('/')[0]) return
      if (EDGE.test(from) && b === 'server/http') return
      // Styles and texts are data, not code.
      if (/\.(css|json)$/.test(to) && a.startsWith('web/')) return
      if (!MAY_IMPORT[a]?.includes(b)) return `${a} may not import ${b}`
    }),
    [],
  )
})

test("a feature is seen only through its face, the file that bears the folder's name", () => {
  assert.deepEqual(
    violations(({ from, to, local }) => {
      const [a, b] = [featureOf(from), featureOf(to)]
      if (!local || !b || a === b) return
      if (isRoot(from) || from === 'server/offline.ts') return
      if (to !== `server/${b}/${b}.ts`) return `use server/${b}/${b}.ts`
    }),
    [],
  )
})

test('nothing inside a feature imports its edges', () => {
  assert.deepEqual(
    violations(({ from, to }) => EDGE.test(to) && !isRoot(from) && 'edges are wired in app.ts'),
    [],
  )
})

test('each outside dependency has one home', () => {
  assert.deepEqual(
    violations(({ from, to, local }) => {
      const home = local ? undefined : (ONE_HOME[to] ?? ONE_HOME[packageOf(to)])
      return home && !home.test(from) && `only in ${home.source}`
    }),
    [],
  )
})

test('the environment is read in one place; TypeBox is imported as a namespace, so it can be tree-shaken', () => {
  const holding = (text: RegExp) => files.filter((f) => text.test(readFileSync(f, 'utf8')))
  assert.deepEqual(
    holding(/\bprocess\.env\b/).filter((f) => f !== 'server/platform/config.ts'),
    [],
  )
  assert.deepEqual(holding(/import \w+ from 'typebox'/), [])
})

test('every file says in its first line what it is for', () => {
  assert.deepEqual(
    files.filter((f) => !/^(\/\/ .{10,}|#!)/.test(readFileSync(f, 'utf8'))),
    [],
  )
})

test('no import cycles', () => {
  const next = new Map<string, string[]>()
  for (const i of imports()) if (i.local) next.set(i.from, [...(next.get(i.from) ?? []), i.to])
  const done = new Set<string>()
  const visit = (f: string, path: string[]): void => {
    if (path.includes(f)) assert.fail([...path.slice(path.indexOf(f)), f].join(' -> '))
    if (done.has(f)) return
    for (const to of next.get(f) ?? []) visit(to, [...path, f])
    done.add(f)
  }
  for (const f of files) visit(f, [])
})
