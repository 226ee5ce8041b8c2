// Every journey that keeps rows, once more on PostgreSQL: each of its servers and features gets an empty database of its own.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { lacking, startPostgres } from '../support/servers.ts'

/** They open their database by `tests/support/database.ts`, alone or through a server. */
const ON_BOTH = [
  'accounts',
  'admin',
  'catalog',
  'identity',
  'libraries',
  'match',
  'names',
  'observe',
  'party',
  'party-abuse',
  'permissions',
  'scan',
  'settings',
]
/** They name their PostgreSQL themselves. */
const BY_THEMSELVES = ['commands', 'party-shared', 'scaled', 'scaled-kill', 'start']
/** What they are about is no matter of the database, or is SQLite's own: a file, its lock, one process killed over it. */
const ON_SQLITE = ['limits', 'party-fuzz', 'party-kill', 'routes', 'scan-kill', 'scan-rights', 'traces']
/** Films, engines and playlists: nothing in a database is asked. */
const OPENS_A_DATABASE =
  /createTestApp|createPartyServer|startPartyProcess|openTestDatabase|startCluster|freshPostgres|server\/main|scan-child/

// All others wait for it: were the first of them over before the last are there, the server would end.
const imported = Promise.withResolvers<void>()
test('of every journey it is decided on which databases it runs', async () => {
  await imported.promise
  const journeys = readdirSync(import.meta.dirname).filter(
    (name) =>
      name.endsWith('.test.ts') &&
      import.meta.filename !== `${import.meta.dirname}/${name}` &&
      OPENS_A_DATABASE.test(readFileSync(`${import.meta.dirname}/${name}`, 'utf8')),
  )
  assert.deepEqual(
    journeys.map((name) => name.slice(0, -'.test.ts'.length)).toSorted(),
    [...ON_BOTH, ...BY_THEMSELVES, ...ON_SQLITE].toSorted(),
  )
})

const skip = lacking('postgres')
if (skip) test('journeys on PostgreSQL', { skip })
else {
  if (process.env['TEST_POSTGRES_URL'] === undefined) {
    const server = await startPostgres()
    process.env['TEST_POSTGRES_URL'] = server.url
    after(() => server[Symbol.asyncDispose]())
  }
  process.env['TEST_DATABASE'] = 'postgres'
  for (const name of ON_BOTH) await import(`./${name}.test.ts`)
}
imported.resolve()
