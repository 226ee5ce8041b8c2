// Settings: defaults, overrides, every fault told at once.
import assert from 'node:assert/strict'
import { delimiter } from 'node:path'
import { test } from 'node:test'
import { ConfigFaults, parseConfig } from './config.ts'

const faultsOf = (env: Record<string, string>) => {
  try {
    parseConfig(env)
  } catch (error) {
    if (error instanceof ConfigFaults) return error.faults
    throw error
  }
  return []
}

test('an empty environment is a working configuration', () => {
  const config = parseConfig({}, {}, { cwd: '/srv' })
  assert.equal(config.http.port, 8096)
  assert.equal(config.dataPath, '/srv/data')
  assert.deepEqual(config.database, { kind: 'sqlite', path: '/srv/data/mediaserver.db' })
})

test('the command line wins over the environment, folders of both are libraries', () => {
  const config = parseConfig(
    { MEDIASERVER_PORT: '1', MEDIASERVER_LIBRARIES: `/a${delimiter}/b` },
    { port: '2', folders: ['c'] },
    { cwd: '/srv' },
  )
  assert.equal(config.http.port, 2)
  assert.deepEqual(config.libraries, ['/a', '/b', '/srv/c'])
})

test('all faults are told at once, a typo with its cure', () => {
  const faults = faultsOf({
    MEDIASERVER_PROT: '1',
    MEDIASERVER_PORT: '80x',
    MEDIASERVER_LOG_LEVEL: 'loud',
    MEDIASERVER_OWNER_NAME: 'ada',
    MEDIASERVER_TMDB_URL: 'ftp://x',
  })
  assert.equal(faults.length, 5)
  assert.match(faults.join(' '), /MEDIASERVER_PROT is not a setting; did you mean MEDIASERVER_PORT\?/)
})

test('a role of several processes refuses SQLite', () => {
  assert.equal(faultsOf({ MEDIASERVER_ROLE: 'web' }).length, 2)
  assert.match(faultsOf({ MEDIASERVER_INTERNAL_URL: 'http://web-1:8096' }).join(), /MEDIASERVER_REDIS_URL/)
})

test('proxies are trusted by address or range, not by name', () => {
  const given = '127.0.0.1, 172.16.0.0/12,fd00::/8'
  const { http } = parseConfig({ MEDIASERVER_TRUSTED_PROXIES: given })
  assert.deepEqual(http.trustedProxies, ['127.0.0.1', '172.16.0.0/12', 'fd00::/8'])
  const faults = faultsOf({ MEDIASERVER_TRUSTED_PROXIES: 'nginx, 10.0.0.0/33, 10.0.0.1/8/8, 10.0.0.1' })
  assert.equal(faults.length, 3)
  assert.match(faults[0] ?? '', /such as .*, not "nginx"/)
})

test('keys of S3 without a bucket are told, for nothing would go there', () => {
  const faults = faultsOf({ MEDIASERVER_S3_ACCESS_KEY: 'a', MEDIASERVER_S3_SECRET_KEY: 'b' })
  assert.match(faults.join(), /MEDIASERVER_S3_ACCESS_KEY is set but MEDIASERVER_S3_BUCKET is not/)
})

test('only a trusted proxy may be told where files are', () => {
  const env = { MEDIASERVER_ACCEL_PREFIX: '/_mediaserver/', MEDIASERVER_TRUSTED_PROXIES: '127.0.0.1' }
  assert.equal(parseConfig(env).http.accelPrefix, '/_mediaserver')
  assert.equal(faultsOf({ MEDIASERVER_ACCEL_PREFIX: '/_mediaserver' }).length, 1)
  assert.equal(faultsOf({ ...env, MEDIASERVER_ACCEL_PREFIX: 'files; root /' }).length, 1)
  assert.equal(parseConfig({}).http.accelPrefix, null)
})
