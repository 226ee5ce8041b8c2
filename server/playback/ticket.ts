// Signed, expiring permission to fetch one file's media; it stands in the path, so relative addresses inherit it.
import { createHmac, timingSafeEqual } from 'node:crypto'
import * as Type from 'typebox'
import * as Value from 'typebox/value'
import { Problem } from '../platform/problem.ts'
import { remember } from './remember.ts'

/** How a file is offered to one browser; part of the ticket, so that playlists need no memory of their own. */
export const Offer = Type.Object({
  /** The original video may be copied. */
  copyVideo: Type.Boolean(),
  /** Audio tracks are copied; else all become AAC. */
  copyAudio: Type.Boolean(),
  maxHeight: Type.Integer({ minimum: 1 }),
  maxBitrateBps: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  channels: Type.Integer({ minimum: 1, maximum: 16 }),
  burnSubtitleIndex: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
})
export type Offer = Type.Static<typeof Offer>

export const TicketClaims = Type.Object({
  playbackId: Type.String(),
  viewerId: Type.String(),
  /** Sign-in that it ends with; null for guests. */
  signInId: Type.Union([Type.String(), Type.Null()]),
  /** Party that it ends with; null for people with an account. */
  partyId: Type.Union([Type.String(), Type.Null()]),
  fileId: Type.String(),
  assetId: Type.String(),
  expiresAtMs: Type.Integer(),
  offer: Offer,
})
export type TicketClaims = Type.Static<typeof TicketClaims>

export type TicketsDeps = {
  secret: string
  nowMs: () => number
}

const MAX_LENGTH = 1024
/** A player shows the same one with every segment. */
const MOST_KNOWN = 2000

export function createTickets({ secret, nowMs }: TicketsDeps) {
  const sign = (payload: string): Buffer => createHmac('sha256', secret).update(payload).digest()
  /** By the whole of it, signature and all: what was found true of these very characters stays true. */
  const known = new Map<string, TicketClaims>()

  /** Whose signature is right. */
  function claimsOf(ticket: string): TicketClaims {
    const [payload, signature, rest] = ticket.split('.')
    if (ticket.length > MAX_LENGTH || !payload || !signature || rest !== undefined)
      throw new Problem('ticket-invalid')
    const [given, expected] = [Buffer.from(signature, 'base64url'), sign(payload)]
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new Problem('ticket-invalid')
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    if (!Value.Check(TicketClaims, claims)) throw new Problem('ticket-invalid')
    return claims
  }

  return {
    issue(claims: TicketClaims): string {
      const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
      return `${payload}.${sign(payload).toString('base64url')}`
    },

    /** What the ticket allows; throws when it is forged, over or for another asset. */
    verify(ticket: string, assetId: string): TicketClaims {
      const claims = known.get(ticket) ?? claimsOf(ticket)
      remember(known, ticket, claims, MOST_KNOWN)
      if (claims.assetId !== assetId) throw new Problem('ticket-invalid')
      if (claims.expiresAtMs <= nowMs()) throw new Problem('ticket-expired')
      return claims
    },
  }
}
export type Tickets = ReturnType<typeof createTickets>
