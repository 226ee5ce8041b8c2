// What members say: chat with history, reactions, typing. Limited for each member, and for a party as a whole.
import type { ChatMessage, ClientPayload, ServerEvent, ServerEvents } from '#shared/party/protocol.ts'
import { positionAt } from '#shared/party/timeline.ts'
import { newId } from '../platform/ids.ts'
import { Problem } from '../platform/problem.ts'
import type { RateLimits } from '../platform/rate-limit.ts'
import type { Seat } from './live.ts'
import type { Rooms } from './rooms.ts'
import type { PartyStore } from './store.ts'

const CHAT = { limit: 8, windowMs: 10_000 }
const REACTIONS = { limit: 20, windowMs: 10_000 }
const TYPING = { limit: 5, windowMs: 10_000 }
/** What one says everybody hears: a thousand members may not say as much as ten each. */
const PARTY_CHAT = { limit: 100, windowMs: 10_000 }
const PARTY_REACTIONS = { limit: 200, windowMs: 10_000 }
const PARTY_TYPING = { limit: 50, windowMs: 10_000 }

export type TalkDeps = {
  store: PartyStore
  rooms: Rooms
  limits: RateLimits
  nowMs: () => number
  send: <E extends ServerEvent>(partyId: string, event: E, payload: ServerEvents[E]) => void
}

export function createTalk({ store, rooms, limits, nowMs, send }: TalkDeps) {
  const of = (name: string, member: typeof CHAT, party: typeof CHAT) => {
    const [byMember, byParty] = [limits(name, member), limits(`${name}-party`, party)]
    return async ({ partyId, memberId }: Seat): Promise<void> => {
      await byMember.take(`${partyId} ${memberId}`)
      await byParty.take(partyId)
    }
  }
  const takeChat = of('party-chat', CHAT, PARTY_CHAT)
  const takeReaction = of('party-reaction', REACTIONS, PARTY_REACTIONS)
  const takeTyping = of('party-typing', TYPING, PARTY_TYPING)

  const positionNow = async (partyId: string, atMs: number): Promise<number> => {
    const room = await rooms.read(partyId)
    if (!room) throw new Problem('party-not-found')
    return positionAt(room.state, atMs, room.state.durationSeconds)
  }

  return {
    history: (partyId: string): Promise<ChatMessage[]> => store.messages(partyId),

    async chat(seat: Seat, { text }: ClientPayload<'chat'>): Promise<ChatMessage> {
      await takeChat(seat)
      const sentAtMs = Math.round(nowMs())
      const message: ChatMessage = {
        id: newId(),
        memberId: seat.memberId,
        name: seat.name,
        text: text.trim(),
        positionSeconds: await positionNow(seat.partyId, sentAtMs),
        sentAtMs,
      }
      await store.addMessage(seat.partyId, message)
      send(seat.partyId, 'chat', message)
      return message
    },

    async typing(seat: Seat): Promise<void> {
      await takeTyping(seat)
      send(seat.partyId, 'typing', { memberId: seat.memberId })
    },

    async react(seat: Seat, { reaction }: ClientPayload<'reaction'>): Promise<void> {
      await takeReaction(seat)
      const positionSeconds = await positionNow(seat.partyId, nowMs())
      send(seat.partyId, 'reaction', { memberId: seat.memberId, reaction, positionSeconds })
    },
  }
}
