// Playbacks that run, and who may go on: a stopped one, a sign-out, a party's end and a removal end tickets at once.
import type { PlaybackMethod, PlaybackReason } from '#shared/api/playback.ts'
import { sleep } from '../platform/async.ts'
import type { Coordination } from '../platform/coordination/coordination.ts'
import { isAway } from '../platform/engine-away.ts'
import type { Log } from '../platform/log.ts'
import { remember } from './remember.ts'
import type { Told } from './report.ts'
import type { TicketClaims } from './ticket.ts'

export type Running = {
  claims: TicketClaims
  viewerName: string
  titleId: string
  titleName: string
  fileId: string
  method: PlaybackMethod
  reasons: readonly PlaybackReason[]
  positionSeconds: number
  durationSeconds: number
  startedAtMs: number
  seenAtMs: number
  told: Told
}

/** Whom a ticket was given to. */
export type Holder = Pick<TicketClaims, 'viewerId' | 'signInId' | 'partyId'>

export type RunningDeps = {
  /** Whether the sign-in or the party still stands, as the database says: what ended stays so after a restart. */
  mayWatch: (holder: Holder) => Promise<boolean>
  nowMs: () => number
  /** Frees what the playback held. */
  onEnd: (playbackId: string) => void
  /** Where other processes find what was started here, as a viewer's next request may reach any of them. */
  shared?: Pick<Coordination, 'read' | 'write' | 'signal' | 'onSignal'> | null
  log: Log
}

export const TICKET_MS = 6 * 3_600_000
/** A player that reports nothing so long has gone: reports come every ten seconds, slower in hidden tabs. */
const SILENT_MS = 5 * 60_000
const MOST_RUNNING = 2000
const MOST_ENDED = 10_000
/** A look into the database for each segment would be too many; a second is what a sign-out may take. */
const ASKED_MS = 1000
const MOST_ASKED = 2000

const namesOf = ({ viewerId, signInId, partyId }: Holder, playbackId: string): string[] => [
  `playback ${playbackId}`,
  `sign-in ${signInId}`,
  `party ${partyId}`,
  `viewer ${viewerId}`,
]

const ENDED = 'playback-ended'
/** What was shared is lost when Redis is: whoever still knows a playback shares it again. */
const WANTED = 'playback-wanted'
const ANSWER_MS = 100
const ANSWERS = 5
const documentOf = (id: string): string => `playback/${id}`

export async function createRunning({ mayWatch, nowMs, onEnd, shared = null, log }: RunningDeps) {
  const running = new Map<string, Running>()
  /** Sign-ins, parties, viewers and playbacks that ended before their tickets did. */
  const ended = new Map<string, number>()
  const asked = new Map<string, { untilMs: number; answer: Promise<boolean> }>()

  function forgetSilent(): void {
    for (const [id, { seenAtMs }] of running) if (seenAtMs < nowMs() - SILENT_MS) running.delete(id)
    for (const [key, untilMs] of ended) if (untilMs < nowMs()) ended.delete(key)
  }

  function end(name: string): void {
    remember(ended, name, nowMs() + TICKET_MS, MOST_ENDED)
    for (const [id, { claims }] of running)
      if (namesOf(claims, id).includes(name)) {
        running.delete(id)
        onEnd(id)
      }
  }
  const ears = [
    await shared?.onSignal(ENDED, end),
    await shared?.onSignal(WANTED, (id) => {
      const here = running.get(id)
      if (here) quietly(publish(id, here))
    }),
  ]

  /** It can be lost: then it has to be started again after its process died. */
  const quietly = (work: Promise<unknown> | undefined): void =>
    void work?.catch((err: unknown) => log.debug({ err }, 'other processes do not know of a playback'))

  async function publish(id: string, playback: Running): Promise<void> {
    const version = (await shared?.read(documentOf(id)))?.version ?? 0
    await shared?.write(documentOf(id), JSON.stringify(playback), version, SILENT_MS)
  }

  return {
    add(id: string, playback: Running): void {
      forgetSilent()
      remember(running, id, playback, MOST_RUNNING)
      quietly(publish(id, playback))
    },
    /** Started here or by another process. */
    async find(id: string): Promise<Running | undefined> {
      forgetSilent()
      const here = running.get(id)
      if (here || !shared || ended.has(`playback ${id}`)) return here
      let found = await shared.read(documentOf(id))
      if (!found) await shared.signal(WANTED, id)
      for (let tries = 0; !found && tries < ANSWERS; tries++) {
        await sleep(ANSWER_MS)
        found = await shared.read(documentOf(id))
      }
      if (!found) return undefined
      const playback = JSON.parse(found.value) as Running
      remember(running, id, playback, MOST_RUNNING)
      return playback
    },
    /** Something of it has changed. */
    seen(id: string, playback: Running): void {
      playback.seenAtMs = nowMs()
      quietly(publish(id, playback))
    },
    all(): [string, Running][] {
      forgetSilent()
      return [...running]
    },

    /** `playback …`, `sign-in …`, `party …` or `viewer …`: here and in every other process. */
    end(name: string): void {
      end(name)
      quietly(shared?.signal(ENDED, name))
    },

    async isOver(claims: TicketClaims): Promise<boolean> {
      if (namesOf(claims, claims.playbackId).some((name) => ended.has(name))) return true
      const key = `${claims.viewerId} ${claims.signInId} ${claims.partyId}`
      const known = asked.get(key)
      if (known && known.untilMs > nowMs()) return !(await known.answer)
      const answer = mayWatch(claims).catch(async (error: unknown) => {
        // The database is away: whoever was let in a moment ago watches on.
        if (known && isAway(error)) return known.answer
        throw error
      })
      remember(asked, key, { untilMs: nowMs() + ASKED_MS, answer }, MOST_ASKED)
      // A failed look-up must not be remembered.
      answer.catch(() => asked.delete(key))
      return !(await answer)
    },
    async [Symbol.asyncDispose]() {
      for (const one of ears) await one?.[Symbol.asyncDispose]()
    },
  }
}
export type RunningPlaybacks = Awaited<ReturnType<typeof createRunning>>
