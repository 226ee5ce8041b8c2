// Journeys in which the database matters, once more on PostgreSQL: every app of theirs gets an empty database of its own.
import { after, test } from 'node:test'
import { lacking, startPostgres } from '../support/servers.ts'

const JOURNEYS = ['accounts', 'catalog', 'libraries', 'match', 'observe', 'party', 'permissions', 'settings']

const skip = lacking('postgres')
if (skip) test('journeys on PostgreSQL', { skip })
else {
  if (process.env['TEST_POSTGRES_URL'] === undefined) {
    const server = await startPostgres()
    process.env['TEST_POSTGRES_URL'] = server.url
    after(() => server[Symbol.asyncDispose]())
  }
  process.env['TEST_DATABASE'] = 'postgres'
  for (const name of JOURNEYS) await import(`./${name}.test.ts`)
}
