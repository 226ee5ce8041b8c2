// Who comes in: codes and how often they may be tried, guests by name, and what a guest's ticket still opens.
import { randomBytes, randomInt } from 'node:crypto'
import type { Room } from '#shared/party/room.ts'
import type { Guest, Viewer } from '#shared/viewer.ts'
import { Problem } from '../platform/problem.ts'
import type { RateLimits } from '../platform/rate-limit.ts'
import { createGuestTickets } from './guest-ticket.ts'
import type { Rooms } from './rooms.ts'
import type { PartyStore } from './store.ts'

/** No letter or digit that is mistaken for another; 10 of 31 are 49 bits: not to be guessed at any allowed pace. */
const CODE_ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
const CODE_LENGTH = 10
export const newCode = (): string =>
  Array.from({ length: CODE_LENGTH }, () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)]).join('')

/** People type codes with spaces, dashes and small letters. */
const normalCode = (code: string): string => code.toUpperCase().replace(/[^A-Z0-9]/g, '')

const LOOK_UPS = { limit: 60, windowMs: 60_000 }
const GUESTS = { limit: 30, windowMs: 60_000 }

export type DoorDeps = {
  store: PartyStore
  rooms: Rooms
  limits: RateLimits
  secret: string
  nowMs: () => number
}

export function createDoor({ store, rooms, limits, secret, nowMs }: DoorDeps) {
  const tickets = createGuestTickets(secret, nowMs)
  const lookUps = limits('party-code', LOOK_UPS)
  const guests = limits('party-guest', GUESTS)

  const existing = async (partyId: string): Promise<Room> => {
    const room = await rooms.read(partyId)
    if (!room) throw new Problem('party-not-found', 'This party does not exist or was removed.')
    return room
  }

  /** `who` is whose guesses are counted: an address, or a signed-in person. */
  const byCode = async (code: string, who: string): Promise<Room> => {
    await lookUps.take(who)
    const id = await store.idByCode(normalCode(code))
    if (id === undefined)
      throw new Problem('party-not-found', 'No party has this code. Ask for the link again.')
    const room = await existing(id)
    if (room.state.ended) throw new Problem('party-ended')
    return room
  }

  /** Whether a guest is still let in: the party lasts and has not thrown them out. */
  const guestStays = async (partyId: string, guestId: string): Promise<boolean> => {
    const room = await rooms.read(partyId)
    if (!room || room.state.ended) return false
    return room.members[guestId] !== undefined || !(await store.isKicked(partyId, guestId))
  }

  /** Which party is meant, if this viewer may come in at all; the room itself decides the rest. */
  async function admitted(viewer: Viewer, by: { code?: string; partyId?: string }): Promise<Room> {
    const room =
      by.partyId !== undefined
        ? await existing(by.partyId)
        : await byCode(by.code ?? '', `member ${viewer.id}`)
    const { partyId } = room.state
    if (viewer.kind === 'guest' && viewer.partyId !== partyId)
      throw new Problem('not-allowed', 'Your ticket is for another party.')
    // Without the code only those come in who were in before, and guests with this party's ticket.
    if (by.code === undefined && viewer.kind === 'person' && !room.members[viewer.id])
      throw new Problem('party-not-found', 'Join with the party’s code first.')
    if (!room.members[viewer.id] && (await store.isKicked(partyId, viewer.id)))
      throw new Problem('not-allowed', 'The host has removed you from this party.')
    return room
  }

  return {
    byCode,
    admitted,
    guestStays,

    async guestByCode(code: string, name: string, who: string) {
      const room = await byCode(code, who)
      await guests.take(who)
      if (room.state.locked)
        throw new Problem('party-locked', 'The host has locked this party. Ask the host to open it.')
      // One line of visible text: nobody poses as somebody else by invisible letters.
      const visible = name
        .replace(/[\p{C}\p{Z}]+/gu, ' ')
        .trim()
        .slice(0, 40)
      const viewer: Guest = {
        kind: 'guest',
        id: `guest-${randomBytes(12).toString('base64url')}`,
        name: visible || 'Guest',
        partyId: room.state.partyId,
      }
      return { viewer, room, ticket: tickets.seal(viewer) }
    },

    /** The guest behind a ticket while the party lasts and has not thrown them out; null otherwise. */
    async guest(ticket: string): Promise<Viewer | null> {
      const guest = tickets.open(ticket)
      return guest && (await guestStays(guest.partyId, guest.id)) ? guest : null
    },

    /** Which title a guest may play: the party's current one and nothing else. */
    async guestMayPlay(guest: Guest, titleId: string): Promise<boolean> {
      const room = await rooms.read(guest.partyId)
      return room !== null && !room.state.ended && room.state.titleId === titleId
    },
  }
}
