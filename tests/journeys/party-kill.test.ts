// The server is killed in the middle of a film: everybody is back by themselves, where the rule says.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createParty, joinAsGuest } from '../../shared/api/party.ts'
import { createClient } from '../support/app.ts'
import { startPartyProcess } from '../support/party-process.ts'
import { createMember } from '../support/socket-pair.ts'

test('[PS1] [PS2] [PA2] killed in mid-film, the party goes on by itself', { timeout: 60_000 }, async (t) => {
  await using server = await startPartyProcess()
  const host = createClient(server.url)
  host.cookies.set('person', 'ada')
  const party = await host.call(createParty, { body: { titleId: 'one' } })
  const guest = createClient(server.url)
  await guest.call(joinAsGuest, { params: { code: party.code }, body: { name: 'Grace' } })
  using ada = createMember(server.url, host.cookieHeader(), party.code)
  using grace = createMember(server.url, guest.cookieHeader(), party.code)
  const members = [ada, grace]
  for (const m of members) await m.sees((v) => v.phase === 'joined')
  assert.ok(await ada.room.seek(600))
  const { seq } = ada.room.view.get().state!
  await grace.sees((v) => v.state!.seq === seq)
  for (const m of members) m.room.ready(seq)
  assert.ok(await ada.room.play())
  for (const m of members) await m.sees((v) => v.state!.playing)
  assert.ok(await ada.room.chat('still here?'))
  const seen = grace.room.view.get().state!

  await server.kill()
  for (const m of members) await m.sees((v) => v.phase === 'lost')
  await server.startAgain()
  const answersAtMs = performance.now()
  for (const m of members) await m.sees((v) => v.phase === 'joined' && v.state!.seq > seen.seq)
  for (const m of members) await m.sees(() => m.room.clock.isKnown())
  t.diagnostic(`back after ${Math.round(performance.now() - answersAtMs)} ms`)

  const [a, b] = members.map((m) => m.room.view.get())
  assert.deepEqual([a!.state!.playing, a!.state!.hostId], [true, 'ada'])
  assert.equal(a!.state!.positionSeconds, seen.positionSeconds, '[PA2] what was seen was stored')
  assert.equal(a!.state!.atServerMs, seen.atServerMs, '[PS2] the time that passed counts')
  assert.deepEqual(a!.state, b!.state)
  assert.equal(b!.chat.at(-1)?.text, 'still here?')
})
