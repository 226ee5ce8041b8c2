// Playback's face: start, report and stop playbacks; what lies behind their tickets; what is made ahead; figures for operators.
import type { Playback, PlaybackLimits, PlaybackMethod } from '#shared/api/playback.ts'
import type { Viewer } from '#shared/viewer.ts'
import type { EncodedVideo, MediaEngine } from '../media/media-engine.ts'
import type { Blobs } from '../platform/blobs/blobs.ts'
import { newId } from '../platform/ids.ts'
import type { JobRun } from '../platform/jobs/job.ts'
import type { Metrics } from '../platform/metrics.ts'
import { Problem } from '../platform/problem.ts'
import { createAhead } from './ahead.ts'
import type { Cluster } from './cluster/cluster.ts'
import { createSharedSessions } from './cluster/shared-sessions.ts'
import { createWatched } from './cluster/watched.ts'
import type { Rung } from './ladder.ts'
import { createFonts } from './fonts.ts'
import { createFilePreviews } from './previews.ts'
import { type Asset, type AssetRendition, contentHash, videoName } from './asset.ts'
import { createAssets } from './assets.ts'
import { questionsOf } from './decide.ts'
import { createDelivery } from './delivery.ts'
import { foldersOf, sweepDerived } from './derived.ts'
import { createPlaybackMetrics } from './playback-metrics.ts'
import { createOffers, type From, type OffersDeps, type Wish } from './offers.ts'
import { createPrepared, type PreparedDeps } from './prepared.ts'
import { NOTHING_TOLD, type Seen, newsOf } from './report.ts'
import { createRunning, type Holder, TICKET_MS } from './running.ts'
import { createSegmentCache, type SegmentCache } from './segment-cache.ts'
import { resumeAt, segmentAt } from './segments.ts'
import type { Wanted } from './session.ts'
import { createSessions, type Sessions } from './sessions.ts'
import type { PlaybackStore } from './store.ts'
import { createSubtitles, type SidecarFile } from './subtitles.ts'
import { createTickets, type Offer, type TicketClaims } from './ticket.ts'
import { audioName, defaultAudio } from './variants.ts'

export type PlaybackDeps = OffersDeps &
  PreparedDeps & {
    engine: MediaEngine
    encoder: EncodedVideo['encoder']
    blobs: Blobs
    keyframes: (fileId: string) => Promise<readonly number[] | null>
    /** Of every file that is known. */
    identities: () => AsyncIterable<{ identity: string }>
    sidecars: (fileId: string) => Promise<readonly SidecarFile[]>
    /** Whether whoever holds a ticket is still signed in, or still in their party. */
    mayWatch: (holder: Holder) => Promise<boolean>
    store: PlaybackStore
    /** Hands pictures for a file's seek bar to the job queue. */
    enqueuePreviews: (fileId: string) => Promise<void>
    secret: string
    /** Other processes that serve the same viewers; null for one process alone. */
    cluster: Cluster | null
    maxEncodes: () => number
    cacheBytes: () => number
    cacheRamBytes: () => number
    metrics: Metrics
    nowMs: () => number
  }

export async function createPlayback(deps: PlaybackDeps) {
  const { engine, blobs, log, metrics, nowMs, store } = deps
  const local = createSessions({ engine, maxEncodes: deps.maxEncodes, nowMs, log, metrics })
  const { cluster } = deps
  const shared = cluster && (await createSharedSessions({ cluster, local, cache: () => cache, nowMs, log }))
  const sessions: Sessions = shared ?? local
  const ahead = await createAhead({ sessions, cache: () => cache, blobs, log })
  const cache: SegmentCache = await createSegmentCache({
    blobs,
    ramBytes: deps.cacheRamBytes,
    diskBytes: deps.cacheBytes,
    log,
    metrics,
    nowMs,
    isProtected: (key, segment) => ahead.isPinned(key) || sessions.isProtected(key, segment),
    shared: cluster && { writes: cluster.isEncoder, ...createWatched(cluster.coordination, nowMs) },
  })
  const assets = createAssets(deps)
  const { assetOf, initOf, renditionOf } = assets
  const { questions, offerOf, chooseFile } = createOffers(deps, assets)
  const subtitles = createSubtitles(deps)
  const fonts = createFonts(deps)
  const previews = createFilePreviews({
    ...deps,
    enqueue: deps.enqueuePreviews,
    isBusy: sessions.isBusy,
  })
  const tickets = createTickets({ secret: deps.secret, nowMs })
  const running = await createRunning({
    mayWatch: deps.mayWatch,
    nowMs,
    onEnd: (id) => sessions.leave(id),
    shared: cluster?.coordination ?? null,
    log,
  })
  const wantSegment = (found: AssetRendition, number: number, viewerId: string): Promise<Wanted> => {
    const { key, rendition, times, name, of } = found
    return sessions.want({ key, rendition, times, label: name, of }, number, viewerId, cache)
  }
  const delivery = createDelivery({
    ...assets,
    subtitles,
    fonts,
    previews,
    tickets,
    running,
    cache,
    shared,
    wantSegment,
  })
  const measured = createPlaybackMetrics(metrics, () => running.all().map(([, { method }]) => method))

  const addressesOf = (claims: TicketClaims, method: PlaybackMethod) => {
    const base = `/v/${tickets.issue(claims)}/${claims.assetId}`
    return { directUrl: method === 'direct' ? `${base}/file` : null, hlsUrl: `${base}/master.m3u8`, base }
  }

  /** Whoever is handed a ticket for a party's film is revoked with the party; everybody else with their sign-in. */
  const claimsOf = (viewer: Viewer, signInId: string | null) => ({
    viewerId: viewer.id,
    signInId,
    partyId: viewer.kind === 'guest' ? viewer.partyId : null,
  })

  async function started(viewer: Viewer, id: string) {
    const found = await running.find(id)
    if (!found || found.claims.viewerId !== viewer.id)
      throw new Problem('not-found', 'This playback is over: start it again.')
    return found
  }

  /** What a player fetches first at a place. */
  function firstOf(asset: Asset, offer: Offer, rung: string | null, positionSeconds: number) {
    const audio = defaultAudio(asset)
    const names = [...(rung ? [rung] : []), ...(audio ? [audioName(asset, offer, audio.index)] : [])]
    return names.map((name) => {
      const rendition = renditionOf(asset, name)
      return { rendition, segment: segmentAt(rendition.times, positionSeconds) }
    })
  }

  return {
    ...delivery,
    questions,

    async start(
      viewer: Viewer,
      from: From,
      input: Wish & { prefer?: 'direct' | 'hls'; burnSubtitleIndex?: number },
    ): Promise<Playback> {
      const { title, asset, method, reasons, offer, rungs, startRung } = await offerOf(viewer, from, input)
      const { id: fileId, media } = asset.file
      const id = newId(nowMs())
      const now = nowMs()
      const claims: TicketClaims = {
        playbackId: id,
        ...claimsOf(viewer, from.signInId),
        fileId,
        assetId: asset.id,
        expiresAtMs: now + TICKET_MS,
        offer,
      }
      const { base, ...urls } = addressesOf(claims, method)
      running.add(id, {
        claims,
        viewerName: viewer.name,
        titleId: input.titleId,
        titleName: title.name,
        fileId,
        method,
        reasons,
        positionSeconds: title.resumeSeconds,
        durationSeconds: asset.durationSeconds,
        startedAtMs: now,
        seenAtMs: now,
        told: NOTHING_TOLD,
      })
      measured.started(method)
      if (method !== 'direct') begin(asset, offer, rungs, startRung, title.resumeSeconds, id)
      subtitles.warm(asset)
      return {
        id,
        titleId: input.titleId,
        fileId,
        name: title.name,
        method,
        reasons,
        ...urls,
        directType: questionsOf(media).direct[0] ?? null,
        durationSeconds: asset.durationSeconds,
        resumeSeconds:
          offer.copyVideo || method === 'direct'
            ? title.resumeSeconds
            : resumeAt(asset.times, title.resumeSeconds),
        startRung,
        rungs,
        audio: media.audio,
        subtitles: await subtitles.choices(asset, base),
        fonts: fonts.choices(asset, base),
        chapters: media.chapters,
        previewsUrl: (await previews.wanted(asset)) ? `${base}/previews.vtt` : null,
        ticketExpiresAtMs: claims.expiresAtMs,
        nextTitleId: title.nextTitleId,
      }
    },

    async report(viewer: Viewer, id: string, seen: Seen & { positionSeconds: number; error?: string }) {
      const playback = await started(viewer, id)
      playback.positionSeconds = seen.positionSeconds
      const { news, told } = newsOf(playback.told, seen)
      playback.told = told
      measured.seen(news)
      if (seen.error !== undefined) {
        measured.error('player')
        log.warn({ playbackId: id, fileId: playback.fileId, error: seen.error }, 'a player reported an error')
      }
      playback.claims = { ...playback.claims, expiresAtMs: nowMs() + TICKET_MS }
      running.seen(id, playback)
      const { directUrl, hlsUrl } = addressesOf(playback.claims, playback.method)
      return { ticketExpiresAtMs: playback.claims.expiresAtMs, directUrl, hlsUrl }
    },

    async stop(viewer: Viewer, id: string): Promise<void> {
      await started(viewer, id)
      running.end(`playback ${id}`)
    },

    /** By an administrator. False when no such playback runs. */
    async stopAny(id: string): Promise<boolean> {
      const isRunning = (await running.find(id)) !== undefined
      if (isRunning) running.end(`playback ${id}`)
      return isRunning
    },

    /** Ends tickets at once. */
    signedOut: (ids: { signInId?: string; personId?: string }): void => {
      if (ids.signInId !== undefined) running.end(`sign-in ${ids.signInId}`)
      if (ids.personId !== undefined) running.end(`viewer ${ids.personId}`)
    },
    partyEnded: (partyId: string): void => running.end(`party ${partyId}`),

    /** Encodes the first segments of what somebody will probably play. */
    async prepare(viewer: Viewer, from: From, input: Wish & { positionSeconds?: number }): Promise<void> {
      const { title, asset, method, offer, rungs, startRung } = await offerOf(viewer, from, input)
      subtitles.warm(asset)
      void previews.wanted(asset)
      if (method === 'direct') return
      const rung = rungs[startRung]
      const at = Math.min(input.positionSeconds ?? title.resumeSeconds, asset.durationSeconds)
      const first = firstOf(asset, offer, rung ? videoName(rung, null) : null, at)
      void ahead.guess(first)
      await Promise.all(first.map(({ rendition }) => initOf(asset, rendition.name)))
    },

    /** A party is about to seek: what its members watch is made there before they go. */
    async prepareSeek(fileId: string, positionSeconds: number, signal: AbortSignal): Promise<void> {
      const file = await deps.file(fileId)
      if (file) await sessions.makeAt(file.path, positionSeconds, `seek ${newId()}`, signal)
    },

    prepared: createPrepared(deps, { ahead, assetOf, chooseFile }),
    /** The job. */
    makePreviews: async (job: JobRun<{ fileId: string }>): Promise<void> =>
      previews.make(await assetOf(job.payload.fileId), job),

    limits: () => store.limits(),
    async setLimits(limits: PlaybackLimits): Promise<PlaybackLimits> {
      await store.saveLimits(limits, nowMs())
      return limits
    },

    countWait: measured.segmentWait,
    countError: measured.error,

    /** For the administrator. */
    status() {
      return {
        playbacks: running.all().map(([id, r]) => ({
          id,
          viewerName: r.viewerName,
          titleName: r.titleName,
          method: r.method,
          reasons: [...r.reasons],
          positionSeconds: r.positionSeconds,
          durationSeconds: r.durationSeconds,
          startedAtMs: r.startedAtMs,
          seenAtMs: r.seenAtMs,
        })),
        encodes: sessions.encodes(),
        /** Those of this process alone. */
        ownEncodes: local.encodes().filter(({ state }) => state === 'encoding').length,
        cache: cache.status(),
      }
    },
    /** The job. */
    async sweepDerived(): Promise<void> {
      const removed = await sweepDerived(deps)
      if (removed > 0) log.info({ removed }, 'what was made from files that are gone was removed')
    },
    async evict(): Promise<void> {
      await ahead.refresh()
      await cache.evict()
    },
    /** Segments nobody watches: all, or those of some files. Says how many bytes that were. */
    async evictAll(identities?: readonly string[]): Promise<number> {
      await ahead.refresh()
      const hashes = identities?.map(contentHash)
      return cache.evict(0, hashes && ((key) => hashes.some((hash) => key.startsWith(`${hash}-`))))
    },
    foldersOf,
    sweep: sessions.sweep,

    async [Symbol.asyncDispose]() {
      ahead[Symbol.dispose]()
      await shared?.[Symbol.asyncDispose]()
      await local[Symbol.asyncDispose]()
      await running[Symbol.asyncDispose]()
      await cache[Symbol.asyncDispose]()
    },
  }

  /** The player asks for these next: encoders open and first segments begin while the reply is on its way. */
  function begin(
    asset: Asset,
    offer: Offer,
    rungs: readonly Rung[],
    startRung: number,
    positionSeconds: number,
    playbackId: string,
  ): void {
    const quietly = (work: Promise<unknown>): void =>
      void work.catch((err: unknown) => log.debug({ err }, 'a playback could not be begun ahead'))
    const start = rungs[startRung]
    const first = start ? videoName(start, offer.burnSubtitleIndex) : null
    for (const { rendition, segment } of firstOf(asset, offer, first, positionSeconds)) {
      quietly(initOf(asset, rendition.name))
      quietly(wantSegment(rendition, segment, playbackId))
    }
    for (const rung of rungs) quietly(initOf(asset, videoName(rung, offer.burnSubtitleIndex)))
  }
}
export type PlaybackFeature = Awaited<ReturnType<typeof createPlayback>>
