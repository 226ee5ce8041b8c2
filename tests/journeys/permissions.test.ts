// Every endpoint as a party’s guest and a viewer: closed unless its contract opens it. Strangers: accounts.test.ts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addPerson, signIn } from '../../shared/api/accounts.ts'
import { getTitle, listMovies } from '../../shared/api/catalog.ts'
import { createParty, joinAsGuest } from '../../shared/api/party.ts'
import { startPlayback } from '../../shared/api/playback.ts'
import { type Client, createTestApp } from '../support/app.ts'
import { NO_FFMPEG, makeFilms } from '../support/films.ts'
import { untilScanned } from '../support/scanned.ts'

type Operation = { method: string; path: string; access: string }

async function operationsOf(client: Client): Promise<Operation[]> {
  const { paths } = (await (await client.request('/api/openapi.json')).json()) as {
    paths: Record<string, Record<string, { description: string }>>
  }
  return Object.entries(paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, { description }]) => ({
      method: method.toUpperCase(),
      path: path.replace(/\{\w+\}/g, 'x'),
      access: /Access: (\w+)/.exec(description)?.[1] ?? 'none',
    })),
  )
}

const statusOf = async (client: Client, { method, path }: Operation) =>
  (await client.request(path, { method })).status

test('who may what', { skip: NO_FFMPEG }, async () => {
  using films = makeFilms()
  await using server = await createTestApp({ folders: [films.films] })
  const owner = await server.owner()
  await untilScanned(owner)
  const operations = await operationsOf(owner)
  assert.ok(operations.length > 20)
  assert.deepEqual(
    operations.filter(({ access }) => !['public', 'member', 'viewer', 'admin'].includes(access)),
    [],
  )

  await owner.call(addPerson, { body: { name: 'Bob', password: 'long enough', role: 'viewer' } })
  const bob = server.client()
  await bob.call(signIn, { body: { name: 'Bob', password: 'long enough' } })
  for (const operation of operations.filter(({ access }) => access === 'admin'))
    assert.equal(await statusOf(bob, operation), 403, `${operation.method} ${operation.path} as a viewer`)

  const [film, other] = (await owner.call(listMovies, { query: {} })).items
  const party = await owner.call(createParty, { body: { titleId: film!.id } })
  const guest = server.client()
  await guest.call(joinAsGuest, { params: { code: party.code }, body: { name: 'Grace' } })
  for (const operation of operations.filter(({ access }) => access === 'admin' || access === 'viewer'))
    assert.equal(await statusOf(guest, operation), 403, `${operation.method} ${operation.path} as a guest`)

  // The guest's ticket opens the party's title and no other.
  const capabilities = { mse: [], direct: [], maxWidth: 1920, maxHeight: 1080 }
  assert.equal((await guest.call(getTitle, { params: { id: film!.id } })).id, film!.id)
  assert.ok((await guest.call(startPlayback, { body: { titleId: film!.id, capabilities } })).hlsUrl)
  assert.equal((await guest.refused(getTitle, { params: { id: other!.id } })).status, 403)
  assert.equal(
    (await guest.refused(startPlayback, { body: { titleId: other!.id, capabilities } })).status,
    403,
  )
})
