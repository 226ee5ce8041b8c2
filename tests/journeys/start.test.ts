// Starting with something wrong: one clear sentence, a non-zero exit code, nothing changed on disk. And stopping well.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type DatabaseConfig, openDatabase } from '../../server/platform/database/database.ts'
import { MIGRATIONS } from '../../server/platform/database/migrations/all.ts'
import { freshPostgres, lacking } from '../support/servers.ts'

const MAIN = new URL('../../server/main.ts', import.meta.url).pathname

type Run = { code: number | null; stdout: string; stderr: string }

function start(args: string[], options: { env?: Record<string, string>; uid?: number } = {}) {
  const env = { PATH: process.env.PATH ?? '', MEDIASERVER_LOG_LEVEL: 'warn', ...options.env }
  const child = spawn(process.execPath, [MAIN, ...args], {
    env,
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
  })
  const run: Run = { code: null, stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (run.stdout += chunk))
  child.stderr.on('data', (chunk: Buffer) => (run.stderr += chunk))
  const ended = once(child, 'close').then(([code]) => ({ ...run, code: code as number | null }))
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', () => run.stdout.includes('is ready at') && resolve())
    void ended.then((r) => reject(new Error(`ended with ${r.code}: ${r.stderr}`)))
  })
  ready.catch(() => {})
  return { child, ended, ready }
}

async function scratch(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'mediaserver-start-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

async function refuses(
  args: string[],
  sentence: RegExp,
  options?: { env?: Record<string, string>; uid?: number },
) {
  const { code, stderr } = await start(args, options).ended
  assert.notEqual(code, 0)
  assert.match(stderr, sentence)
  assert.ok(!stderr.includes('    at '), `a stack is not for people: ${stderr}`)
}

test('a folder that does not exist, or is a file', async () => {
  await using dir = await scratch()
  const data = join(dir.path, 'data')
  await refuses([join(dir.path, 'nowhere'), '--data', data, '--port', '0'], /does not exist/)
  await writeFile(join(dir.path, 'film.mkv'), '')
  await refuses([join(dir.path, 'film.mkv'), '--data', data, '--port', '0'], /is a file/)
  assert.deepEqual(await readdir(dir.path), ['film.mkv'])
})

test(
  'a folder or a data directory without rights',
  { skip: process.getuid?.() !== 0 && 'needs root to become somebody else' },
  async () => {
    await using dir = await scratch()
    await chmod(dir.path, 0o755)
    const locked = await mkdtemp(join(dir.path, 'locked-'))
    await refuses([locked, '--data', join(tmpdir(), 'mediaserver-never'), '--port', '0'], /cannot be read/, {
      uid: 65534,
    })
    await refuses(['--data', join(dir.path, 'data'), '--port', '0'], /cannot be written/, { uid: 65534 })
    assert.equal((await readdir(dir.path)).length, 1)
  },
)

test('a port in use', async () => {
  await using dir = await scratch()
  const other = createServer().listen(0)
  await once(other, 'listening')
  const address = other.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await refuses(
    ['--data', join(dir.path, 'data'), '--port', String(port)],
    new RegExp(`Port ${port} is in use`),
  )
  assert.deepEqual(await readdir(dir.path), [])
  other.close()
})

test('a second process on the same data directory', async () => {
  await using dir = await scratch()
  const first = start(['--data', dir.path, '--port', '0'])
  await first.ready
  const before = (await readdir(dir.path)).toSorted()
  await refuses(['--data', dir.path, '--port', '0'], /already|another|in use/i)
  assert.deepEqual((await readdir(dir.path)).toSorted(), before)
  first.child.kill('SIGTERM')
  const { code } = await first.ended
  assert.equal(code, 0)
})

test('settings that are wrong are told all at once', async () => {
  await using dir = await scratch()
  const { code, stderr } = await start(['--data', dir.path], {
    env: { MEDIASERVER_PORT: 'x', MEDIASERVER_COLOUR: 'red' },
  }).ended
  assert.equal(code, 1)
  assert.match(stderr, /MEDIASERVER_PORT must be a whole number/)
  assert.match(stderr, /MEDIASERVER_COLOUR is not a setting/)
})

test('--help and an unknown option', async () => {
  assert.match((await start(['--help']).ended).stdout, /npm run demo/)
  await refuses(['--colour'], /--help/)
})

/** Nothing is said of an owner who is there already. */
async function survivesKill(args: string[], config: DatabaseConfig, env: Record<string, string> = {}) {
  const owner = { MEDIASERVER_OWNER_NAME: 'ada', MEDIASERVER_OWNER_PASSWORD: 'long enough' }
  const first = start(args, { env: { ...env, ...owner } })
  await first.ready
  first.child.kill('SIGKILL')
  await first.ended
  const second = start(args, { env })
  await second.ready
  second.child.kill('SIGTERM')
  const { code, stdout } = await second.ended
  assert.equal(code, 0)
  assert.doesNotMatch(stdout, /become its owner/)

  const newer = [...MIGRATIONS, { version: 9999, name: 'from-the-future', up: [] }]
  const versions = async () => {
    await using opened = await openDatabase(config, Date.now, newer)
    return await opened.db.selectFrom('migrations').selectAll().execute()
  }
  const before = await versions()
  await refuses(args, /newer MediaServer/, { env })
  assert.deepEqual(await versions(), before)
}

test('kill -9 and start again: the same data, no complaint; a database of a newer version is left as it is', async () => {
  await using dir = await scratch()
  await survivesKill(['--data', dir.path, '--port', '0'], {
    kind: 'sqlite',
    path: join(dir.path, 'mediaserver.db'),
  })
})

test('on PostgreSQL the same', { skip: lacking('postgres') }, async () => {
  await using dir = await scratch()
  await using database = await freshPostgres()
  const { url } = database
  const env = { MEDIASERVER_DATABASE_URL: url }
  await survivesKill(['--data', dir.path, '--port', '0'], { kind: 'postgres', url }, env)
})
