// Sessions of several processes: whoever holds a rendition's lease encodes it, and the others have its segments brought.
import type { Log } from '../../platform/log.ts'
import { Problem } from '../../platform/problem.ts'
import { LiveSegment } from '../live-segment.ts'
import { remember } from '../remember.ts'
import type { SegmentCache } from '../segment-cache.ts'
import type { Wanted } from '../session.ts'
import type { LocalSessions, RenditionRequest, Sessions } from '../sessions.ts'
import { bring, type SegmentQuestion } from './bring.ts'
import type { Cluster } from './cluster.ts'
import { createLeases, leaseOf } from './leases.ts'
import { createWorkers } from './workers.ts'

const LEFT = 'viewer-left'
const MAKE_AT = 'make-at'
/** A party goes where it wants to after that long, made or not. */
const MAKE_AT_MS = 10_000
/** From the answer that a segment is coming to the first look at it. */
const EXPECTED_MS = 1000
/** A look that fails takes as long as a segment lasts: so long none is tried again. */
const AWAY_MS = 5_000
const MOST_HOLDERS = 5000
const MOST_VIEWERS = 20_000

type MakeAt = { path: string; seconds: number; who: string }
type Left = { viewerId: string; key: string | null }

export type SharedSessionsDeps = {
  cluster: Cluster
  local: LocalSessions
  cache: () => SegmentCache
  nowMs: () => number
  log: Log
}

export async function createSharedSessions({ cluster, local, cache, nowMs, log }: SharedSessionsDeps) {
  const { coordination, ownUrl, secret, isEncoder } = cluster
  const all = new AsyncDisposableStack()
  const workers = all.use(await createWorkers({ coordination, nowMs, log }))
  const leases = all.use(
    createLeases({ coordination, ownUrl, isInUse: local.isInUse, onLost: local.drop, log }),
  )
  if (isEncoder)
    all.use(
      workers.report(() => ({
        url: ownUrl,
        load: local.load(),
        isBusy: local.isBusy(),
        encodes: local.encodes(),
      })),
    )
  all.use(
    await coordination.onSignal(LEFT, (message) => {
      const { viewerId, key } = JSON.parse(message) as Left
      local.leave(viewerId, key)
    }),
  )
  all.use(
    await coordination.onSignal(MAKE_AT, (message) => {
      const { path, seconds, who } = JSON.parse(message) as MakeAt
      local
        .makeAt(path, seconds, who, AbortSignal.timeout(MAKE_AT_MS))
        .catch((err: unknown) => log.debug({ err }, 'a place was not made ahead'))
    }),
  )
  const stop = new AbortController()
  all.defer(() => stop.abort(new Problem('segment-late', 'The server stops.')))

  const coming = new Map<string, LiveSegment>()
  /** Who encoded what when it was last asked: while the leases cannot be read, they are there still. */
  const holders = new Map<string, string>()
  let awayUntilMs = 0
  /** What each viewer's picture and sound came from last. */
  const watching = new Map<string, string>()

  function leave(viewerId: string, key: string | null): void {
    local.leave(viewerId, key)
    coordination
      .signal(LEFT, JSON.stringify({ viewerId, key } satisfies Left))
      .catch((err: unknown) => log.debug({ err }, 'a viewer’s leaving was not heard'))
  }

  async function holderOf(key: string): Promise<string | null> {
    if (nowMs() < awayUntilMs) return holders.get(key) ?? null
    try {
      const holder = await coordination.holder(leaseOf(key))
      if (holder === null) holders.delete(key)
      else remember(holders, key, holder, MOST_HOLDERS)
      return holder
    } catch {
      awayUntilMs = nowMs() + AWAY_MS
      return holders.get(key) ?? null
    }
  }

  /** One request to the encoding process, however many viewers here wait for it. */
  function brought(request: RenditionRequest, segment: number, viewerId: string, isPatient: boolean): Wanted {
    const { key, of, label } = request
    const name = `${key}/${segment}`
    const open = coming.get(name)
    const live = open?.isOpen ? open : new LiveSegment()
    live.expect(nowMs() + EXPECTED_MS)
    if (live === open) return { kind: 'live', segment: live }
    coming.set(name, live)
    const question: SegmentQuestion = { ...of, name: label, key, segment, viewerId, isPatient }
    void bring(live, question, { workers, holderOf, secret, nowMs }, stop.signal)
      .then(
        (bytes) => cache().keepNear(key, segment, bytes),
        (error: unknown) => live.fail(error instanceof Error ? error : new Error(String(error))),
      )
      .finally(() => coming.get(name) === live && coming.delete(name))
    return { kind: 'live', segment: live }
  }

  /** For whoever holds the lease: null when that is not this process. */
  async function encoded(
    request: RenditionRequest,
    segment: number,
    viewerId: string,
    isPatient: boolean,
  ): Promise<Wanted | null> {
    const taken = await leases.take(request.key)
    if (taken === 'elsewhere') return null
    // What others have put into the store is learnt beside the encode, not before it.
    if (taken === 'first') void cache().learn(request.key)
    return local.want(request, segment, viewerId, cache(), isPatient)
  }

  const sessions: Sessions = {
    async want(request, segment, viewerId, _cache, isPatient = false) {
      const { key, label } = request
      const former = watching.get(`${viewerId} ${label[0]}`)
      if (former !== undefined && former !== key) leave(viewerId, former)
      remember(watching, `${viewerId} ${label[0]}`, key, MOST_VIEWERS)
      const near = cache().near(key, segment)
      if (near) return { kind: 'whole', bytes: near }
      if (isEncoder) {
        const own = await encoded(request, segment, viewerId, isPatient)
        if (own) return own
      } else if ((await holderOf(key)) === null) {
        const bytes = await cache().read(key, segment)
        if (bytes) return { kind: 'whole', bytes }
      }
      return brought(request, segment, viewerId, isPatient)
    },
    /** Whoever encodes it begins; the answer is not waited for. */
    async makeAt(path, seconds, who) {
      await coordination.signal(MAKE_AT, JSON.stringify({ path, seconds, who } satisfies MakeAt))
    },
    isProtected: local.isProtected,
    leave(viewerId) {
      for (const kind of ['v', 'a']) watching.delete(`${viewerId} ${kind}`)
      leave(viewerId, null)
    },
    sweep: local.sweep,
    isBusy: () => workers.alive().every((worker) => worker.isBusy),
    encodes: () => workers.alive().flatMap((worker) => worker.encodes),
  }
  return {
    ...sessions,
    /** For another process; null when somebody else encodes it. */
    encoded,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
export type SharedSessions = Awaited<ReturnType<typeof createSharedSessions>>
