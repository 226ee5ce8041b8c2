// A guest's ticket: a signed text that names one party and nothing else.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Guest } from '#shared/viewer.ts'

export const GUEST_COOKIE = 'mediaserver.guest'
/** A party is an evening; whoever comes back the next day takes the link again. */
const GUEST_TICKET_MS = 24 * 3600_000

export function createGuestTickets(secret: string, nowMs: () => number) {
  const sign = (body: string): string => createHmac('sha256', secret).update(body).digest('base64url')
  return {
    seal(guest: Guest): string {
      const body = Buffer.from(
        JSON.stringify([guest.id, guest.name, guest.partyId, nowMs() + GUEST_TICKET_MS]),
      ).toString('base64url')
      return `${body}.${sign(body)}`
    },
    open(ticket: string): Guest | null {
      const [body = '', signature = ''] = ticket.split('.')
      const expected = Buffer.from(sign(body))
      const given = Buffer.from(signature)
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
      const [id, name, partyId, untilMs] = JSON.parse(Buffer.from(body, 'base64url').toString()) as [
        string,
        string,
        string,
        number,
      ]
      return untilMs > nowMs() ? { kind: 'guest', id, name, partyId } : null
    },
  }
}

export const guestCookie = (ticket: string, isSecure: boolean): string =>
  `${GUEST_COOKIE}=${ticket}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${GUEST_TICKET_MS / 1000}${isSecure ? '; Secure' : ''}`
