// Brings one segment from the process that encodes it; when that one dies, from the next, going on where viewers are.
import { SEGMENT_WAIT_MS } from '#shared/api/playback.ts'
import { PROBLEMS, type ProblemBody, type ProblemCode } from '#shared/problems.ts'
import { sleep } from '../../platform/async.ts'
import { Problem } from '../../platform/problem.ts'
import type { LiveSegment } from '../live-segment.ts'
import { SEGMENT_PATH } from './cluster.ts'
import type { Workers } from './workers.ts'

const RETRY_MS = 150
const LOOK_MS = 500
/** What nobody waits for is let go of after this many looks. */
const UNWANTED_LOOKS = 6

/** Answers that another process would give, too. */
const FINAL: readonly ProblemCode[] = [
  'encode-failed',
  'file-offline',
  'file-not-found',
  'not-playable',
  'not-found',
]

export type SegmentQuestion = {
  fileId: string
  assetId: string
  /** Of the rendition. */
  name: string
  /** What its bytes depend on: processes of different versions do not mix theirs. */
  key: string
  segment: number
  viewerId: string
  isPatient: boolean
}

export type BringDeps = {
  workers: Workers
  /** The process that encodes this rendition now; null when there is none. */
  holderOf: (key: string) => Promise<string | null>
  secret: string
  nowMs: () => number
}

/** The bytes differ from those that viewers have: theirs cannot be gone on with. */
class OtherBytes extends Error {}

export async function bring(
  live: LiveSegment,
  question: SegmentQuestion,
  deps: BringDeps,
  stop: AbortSignal,
): Promise<Uint8Array> {
  const { workers, holderOf, nowMs } = deps
  const parts: Uint8Array[] = []
  const avoid = new Set<string>()
  /** They said that another one encodes it: while the leases cannot be read, who held it before is a guess. */
  const elsewhere = new Set<string>()
  let lateAtMs = nowMs() + SEGMENT_WAIT_MS

  async function place(): Promise<string | null> {
    const holder = await holderOf(question.key)
    const others = avoid.union(elsewhere)
    // The lease of one that died is over in a moment; until then nobody else gets it.
    if (holder !== null && workers.isAlive(holder) && !others.has(holder)) return holder
    const chosen = workers.choose(others)
    // Each of them named another: it has changed hands meanwhile.
    if (chosen === null) elsewhere.clear()
    return chosen
  }

  async function stream(url: string): Promise<boolean> {
    const over = new AbortController()
    let unwanted = 0
    const looking = setInterval(() => {
      unwanted = live.isWanted(nowMs()) ? 0 : unwanted + 1
      if (unwanted >= UNWANTED_LOOKS) over.abort(new Problem('segment-late', 'Nobody waited for it.'))
      // A machine that vanishes says no farewell.
      else if (!workers.isAlive(url)) over.abort(new Error('the worker is gone'))
    }, LOOK_MS)
    try {
      const response = await fetch(url + SEGMENT_PATH, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${deps.secret}` },
        body: JSON.stringify(question),
        signal: AbortSignal.any([over.signal, stop]),
      })
      if (!response.ok || !response.body) throw await refusalOf(response)
      const before = Buffer.concat(parts)
      let at = 0
      for await (const chunk of response.body) {
        lateAtMs = nowMs() + SEGMENT_WAIT_MS
        const known = Math.min(chunk.length, Math.max(0, before.length - at))
        if (known > 0 && before.compare(chunk, 0, known, at, at + known) !== 0) throw new OtherBytes()
        at += chunk.length
        if (known === chunk.length) continue
        parts.push(chunk.subarray(known))
        live.take(parts)
      }
      return at >= before.length
    } catch (error) {
      throw over.signal.aborted ? over.signal.reason : error
    } finally {
      clearInterval(looking)
    }
  }

  for (;;) {
    stop.throwIfAborted()
    const url = await place()
    try {
      if (url !== null && (await stream(url))) return live.finish()
    } catch (error) {
      stop.throwIfAborted()
      if (error instanceof OtherBytes) throw error
      if (!(error instanceof Problem)) {
        if (url !== null) workers.forget(url)
      } else if (FINAL.includes(error.code) || (error.code === 'segment-late' && !live.isWanted(nowMs()))) {
        throw error
      } else if ((error.code === 'encoders-busy' || error.code === 'not-ready') && url !== null) {
        avoid.add(url)
        if (workers.alive().every((worker) => avoid.has(worker.url))) throw error
      } else if (error.code === 'conflict' && url !== null) {
        elsewhere.add(url)
      }
    }
    if (nowMs() > lateAtMs) {
      const retry = { retryAfterSeconds: 2 }
      if (workers.alive().length > 0) throw new Problem('segment-late', undefined, retry)
      throw new Problem('not-ready', 'No process that converts films runs at the moment.', retry)
    }
    await sleep(RETRY_MS, stop)
  }
}

async function refusalOf(response: Response): Promise<Error> {
  const body = (await response.json().catch(() => null)) as ProblemBody | null
  const code = body?.type.replace('/problems/', '') ?? ''
  return Object.hasOwn(PROBLEMS, code)
    ? new Problem(code as ProblemCode, body?.detail)
    : new Error(`a worker answered with ${response.status}`)
}
