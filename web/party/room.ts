// A party as one member holds it: joins and rejoins, keeps state, members and chat, sends commands.
import {
  type Cause,
  type ChatMessage,
  type ClientEvent,
  type ClientPayload,
  type CommandType,
  type MemberView,
  PROTOCOL_VERSION,
  type PartyState,
} from '#shared/party/protocol.ts'
import { positionAt } from '#shared/party/timeline.ts'
import type { ProblemBody } from '#shared/problems.ts'
import type { PartySocket } from '../api/socket.ts'
import { createObservable } from '../lib/observable.ts'
import { createServerClock } from './server-clock.ts'

export type RoomView = {
  /** `joining` before the first answer, `lost` while the connection is being made again. */
  phase: 'joining' | 'joined' | 'lost' | 'over'
  you: string | null
  state: PartyState | null
  members: readonly MemberView[]
  chat: readonly ChatMessage[]
  reactions: readonly { key: number; memberId: string; reaction: string }[]
  typing: readonly string[]
  /** What was refused last, or why it is over. */
  problem: ProblemBody | null
  /** The last change and who made it, for screen readers. */
  cause: Cause | null
}

type Bare<T extends CommandType> = Omit<ClientPayload<T>, 'commandId' | 'baseSeq'>

export type RoomDeps = {
  socket: PartySocket
  code: string
  nowMs: () => number
  newId: () => string
}

const UNMEASURED = { driftMs: null, bufferedSeconds: null, roundTripMs: null, uncertaintyMs: null }
const MAX_CHAT = 200
const REACTION_MS = 4000
const TYPING_MS = 3000

export function createRoom({ socket, code, nowMs, newId }: RoomDeps) {
  const view = createObservable<RoomView>({
    phase: 'joining',
    you: null,
    state: null,
    members: [],
    chat: [],
    reactions: [],
    typing: [],
    problem: null,
    cause: null,
  })
  const patch = (part: Partial<RoomView>): void => view.set({ ...view.get(), ...part })
  const clock = createServerClock({
    nowMs,
    exchange: async (t0) => {
      const reply = await socket.send('clock', { t0 })
      return reply.ok ? reply : null
    },
  })
  let partyId: string | null = null
  let reactionKey = 0
  /** One command after the other: the second is based on what the first has made. */
  let last: Promise<unknown> = Promise.resolve()

  /** [PT3] the higher sequence number is right. */
  function accept(state: PartyState, cause?: Cause): void {
    const known = view.get().state
    if (known && known.partyId === state.partyId && known.seq >= state.seq) return
    patch({ state, ...(cause && { cause }), ...(state.ended && { phase: 'over' as const }) })
  }

  async function join(): Promise<void> {
    // [PS1] whoever was in comes back by the party's id: the code may have changed meanwhile.
    const by = partyId === null ? { code } : { partyId }
    const reply = await socket.send('join', { version: PROTOCOL_VERSION, ...by })
    if (!reply.ok) {
      // Not asked again on the same connection: it may have been let in after all, and is in a party once.
      if (reply.problem.status === 0) socket.renew()
      else patch({ phase: 'over', problem: reply.problem })
      return
    }
    partyId = reply.state.partyId
    patch({ phase: 'joined', you: reply.you, members: reply.members, chat: reply.chat, problem: null })
    accept(reply.state)
  }

  let retry: ReturnType<typeof setTimeout> | undefined
  /** For good: a try that waits would open the connection again behind a closed page. */
  const close = (): void => {
    clearTimeout(retry)
    socket.close()
  }

  socket.onConnect(() => {
    clock.start()
    void join()
  })
  socket.onDisconnect((byServer) => {
    clock.stop()
    if (view.get().phase === 'over') return
    patch({ phase: 'lost' })
    // The server let go of this connection on purpose (restart, sign-out): one polite try.
    if (byServer) retry = setTimeout(socket.reconnect, 1000)
  })
  socket.onRefused((problem) => {
    close()
    patch({ phase: 'over', problem })
  })
  socket.on('state_sync', ({ state, cause }) => accept(state, cause))
  socket.on('presence', ({ changed, gone }) => {
    const byId = new Map(view.get().members.map((m) => [m.id, m]))
    for (const id of gone) byId.delete(id)
    for (const member of changed) byId.set(member.id, { ...UNMEASURED, ...byId.get(member.id), ...member })
    patch({ members: [...byId.values()] })
  })
  socket.on('chat', (message) =>
    patch({
      chat: [...view.get().chat, message].slice(-MAX_CHAT),
      typing: view.get().typing.filter((id) => id !== message.memberId),
    }),
  )
  socket.on('typing', ({ memberId }) => {
    if (memberId === view.get().you || view.get().typing.includes(memberId)) return
    patch({ typing: [...view.get().typing, memberId] })
    setTimeout(() => patch({ typing: view.get().typing.filter((id) => id !== memberId) }), TYPING_MS)
  })
  socket.on('reaction', ({ memberId, reaction }) => {
    const key = ++reactionKey
    patch({ reactions: [...view.get().reactions.slice(-30), { key, memberId, reaction }] })
    setTimeout(() => patch({ reactions: view.get().reactions.filter((r) => r.key !== key) }), REACTION_MS)
  })
  socket.on('kicked', ({ detail }) => {
    patch({ phase: 'over', problem: { type: '/problems/not-allowed', title: detail, status: 403, detail } })
    close()
  })

  const command = <T extends CommandType>(type: T, bare: Bare<T>): Promise<boolean> => {
    const run = async (): Promise<boolean> => {
      const { state } = view.get()
      if (!state) return false
      const payload = { commandId: newId(), baseSeq: state.seq, ...bare }
      const reply = await socket.send(type as ClientEvent, payload as ClientPayload<ClientEvent>)
      const held = (reply as { state?: PartyState }).state
      if (held) accept(held)
      patch({ problem: reply.ok ? null : reply.problem })
      return reply.ok
    }
    const turn = last.then(run, run)
    last = turn
    return turn
  }

  const tell = async <E extends ClientEvent>(event: E, payload: ClientPayload<E>): Promise<boolean> => {
    const reply = await socket.send(event, payload)
    if (!reply.ok) patch({ problem: reply.problem })
    return reply.ok
  }

  return {
    view,
    clock,
    play: () => command('play', {}),
    pause: () => command('pause', {}),
    seek: (positionSeconds: number) => command('seek', { positionSeconds: Math.max(0, positionSeconds) }),
    rate: (rate: number) => command('rate', { rate }),
    load: (titleId: string) => command('load', { titleId }),
    chat: (text: string) => tell('chat', { messageId: newId(), text }),
    typing: () => void socket.send('typing', {}),
    react: (reaction: ClientPayload<'reaction'>['reaction']) => tell('reaction', { reaction }),
    settings: (settings: ClientPayload<'settings'>) => tell('settings', settings),
    role: (memberId: string, role: ClientPayload<'role'>['role']) => tell('role', { memberId, role }),
    kick: (memberId: string) => tell('kick', { memberId }),
    // Reports are repeated by themselves: one that is lost is not worth a message.
    ready: (seq: number) => void socket.send('ready', { seq }),
    buffering: (seq: number, buffering: boolean) => void socket.send('buffering', { seq, buffering }),
    status: (status: ClientPayload<'status'>) => void socket.send('status', status),
    /** Where playback is now by the server's clock; null before anything is known. */
    positionSeconds(atMs: number = nowMs()): number | null {
      const { state } = view.get()
      if (!state || !clock.isKnown()) return null
      return positionAt(state, clock.serverMs(atMs), state.durationSeconds)
    },
    async leave(): Promise<void> {
      await socket.send('leave', {})
      close()
    },
    [Symbol.dispose]() {
      clock.stop()
      close()
    },
  }
}
export type PartyRoom = ReturnType<typeof createRoom>
