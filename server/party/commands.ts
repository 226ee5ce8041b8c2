// One member's command: limited, prepared where that takes time, decided, counted; a refusal brings the state that holds.
import type { Ack, Command, CommandReply } from '#shared/party/protocol.ts'
import { type LoadedTitle, may } from '#shared/party/room.ts'
import { Problem } from '../platform/problem.ts'
import type { RateLimits } from '../platform/rate-limit.ts'
import type { Seat } from './live.ts'
import type { PartyMetrics } from './party-metrics.ts'
import type { Rooms } from './rooms.ts'

export type CommandDeps = {
  rooms: Rooms
  limits: RateLimits
  measures: Pick<PartyMetrics, 'command'>
  /** What is to be played; null when there is no such title or nothing of it can be played. */
  titleOf: (titleId: string, fileId: string | null) => Promise<LoadedTitle | null>
  /** Makes what members watch of a file at another place; resolves when it is there. */
  prepareSeek?: (fileId: string, positionSeconds: number, signal: AbortSignal) => Promise<void>
}

/** A proposed seek is prepared for no longer than this; until then everybody watches on. */
const PREPARE_SEEK_MS = 1500
/** Of one member in one party. */
const COMMANDS = { limit: 60, windowMs: 10_000 }

export function createCommands({ rooms, limits, measures, prepareSeek, ...deps }: CommandDeps) {
  const taken = limits('party-command', COMMANDS)

  const titleOf = async (titleId: string, fileId: string | null): Promise<LoadedTitle> => {
    const title = await deps.titleOf(titleId, fileId)
    if (!title) throw new Problem('title-not-found')
    return title
  }

  /** Before a playing party seeks, its encodes are made there: all come to rest for a shorter time. */
  const prepare = async (partyId: string, memberId: string, positionSeconds: number): Promise<void> => {
    const room = await rooms.read(partyId)
    if (!prepareSeek || !room?.state.playing || room.state.fileId === null) return
    if (!may(room, memberId, 'control')) return
    const signal = AbortSignal.timeout(PREPARE_SEEK_MS)
    // What cannot be made in time or at all is waited for by the members, as after any seek.
    await prepareSeek(room.state.fileId, positionSeconds, signal).catch(() => undefined)
  }

  return {
    titleOf,

    async run({ partyId, memberId }: Seat, command: Command): Promise<Ack<CommandReply>> {
      try {
        await taken.take(`${partyId} ${memberId}`)
        if (command.type === 'seek') await prepare(partyId, memberId, command.positionSeconds)
        const title =
          command.type === 'load' ? await titleOf(command.titleId, command.fileId ?? null) : undefined
        const { room, repeated } = await rooms.change(partyId, {
          type: 'command',
          memberId,
          command,
          ...(title && { title }),
        })
        measures.command(command.type, 'done')
        return { ok: true, state: room.state, repeated: repeated ?? false }
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        measures.command(command.type, 'refused')
        const room = await rooms.read(partyId)
        return { ok: false, problem: error.body(), ...(room && { state: room.state }) }
      }
    },
  }
}
