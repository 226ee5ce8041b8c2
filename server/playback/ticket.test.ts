// A ticket that was found good is not taken for more than it is, however often it is shown.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTickets, type TicketClaims } from './ticket.ts'

const CLAIMS: TicketClaims = {
  playbackId: 'p',
  viewerId: 'v',
  signInId: 's',
  partyId: null,
  fileId: 'f',
  assetId: 'k1',
  expiresAtMs: 1000,
  offer: {
    copyVideo: true,
    copyAudio: true,
    maxHeight: 1080,
    maxBitrateBps: null,
    channels: 2,
    burnSubtitleIndex: null,
  },
}

test('known or not, a ticket opens its own asset until its time is over', () => {
  let now = 0
  const tickets = createTickets({ secret: 'of this test', nowMs: () => now })
  const ticket = tickets.issue(CLAIMS)
  for (let n = 0; n < 3; n++) assert.deepEqual(tickets.verify(ticket, 'k1'), CLAIMS)
  assert.throws(() => tickets.verify(ticket, 'k2'), { code: 'ticket-invalid' })
  now = 1000
  assert.throws(() => tickets.verify(ticket, 'k1'), { code: 'ticket-expired' })
})

test('what differs by one letter is another ticket, and a forged one', () => {
  const tickets = createTickets({ secret: 'of this test', nowMs: () => 0 })
  const ticket = tickets.issue(CLAIMS)
  tickets.verify(ticket, 'k1')
  const [payload = '', signature = ''] = ticket.split('.')
  const later = Buffer.from(JSON.stringify({ ...CLAIMS, expiresAtMs: 9e12 })).toString('base64url')
  for (const forged of [
    `${later}.${signature}`,
    `${payload}.x${signature.slice(1)}`,
    `${ticket}.x`,
    payload,
    '',
  ])
    assert.throws(() => tickets.verify(forged, 'k1'), { code: 'ticket-invalid' })
  const other = createTickets({ secret: 'of another server', nowMs: () => 0 })
  assert.throws(() => other.verify(ticket, 'k1'), { code: 'ticket-invalid' })
})
