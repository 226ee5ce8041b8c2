// Start a playback; the playlists, init segments, segments and subtitles of a running one.
import type { Playback, PlaybackLimits, PlaybackMethod, PreparedTitle } from '#shared/api/playback.ts'
import type { ClientCapabilities } from '#shared/media.ts'
import type { Viewer } from '#shared/viewer.ts'
import type { EncodedVideo, MediaEngine, SubtitleFormat } from '../media/media-engine.ts'
import type { Blobs } from '../platform/blobs/blobs.ts'
import { newId } from '../platform/ids.ts'
import type { JobRun } from '../platform/jobs/job.ts'
import type { Log } from '../platform/log.ts'
import type { Metrics } from '../platform/metrics.ts'
import { Problem } from '../platform/problem.ts'
import { unlessGone } from './gone-file.ts'
import { createAhead } from './ahead.ts'
import type { SegmentQuestion } from './cluster/bring.ts'
import type { Cluster } from './cluster/cluster.ts'
import { createSharedSessions } from './cluster/shared-sessions.ts'
import { createWatched } from './cluster/watched.ts'
import type { Rung } from './ladder.ts'
import { createFonts } from './fonts.ts'
import { createFilePreviews } from './previews.ts'
import { type Asset, type AssetRendition, contentHash, videoName } from './asset.ts'
import { type PlayableFile, createAssets } from './assets.ts'
import { decide, questionsOf } from './decide.ts'
import { foldersOf, sweepDerived } from './derived.ts'
import { limitOf } from './limits.ts'
import { createPlaybackMetrics } from './playback-metrics.ts'
import { mediaPlaylist, subtitlePlaylist } from './playlist.ts'
import { NOTHING_TOLD, type Seen, newsOf } from './report.ts'
import { createRunning, type Holder, TICKET_MS } from './running.ts'
import { createSegmentCache, type SegmentCache } from './segment-cache.ts'
import { longestGap, resumeAt, segmentAt } from './segments.ts'
import type { Wanted } from './session.ts'
import { createSessions, type Sessions } from './sessions.ts'
import type { PlaybackStore } from './store.ts'
import { createSubtitles, type SidecarFile } from './subtitles.ts'
import { createTickets, type Offer, type TicketClaims } from './ticket.ts'
import { audioName, defaultAudio, masterOf, rungsOf } from './variants.ts'

const subtitleIndex = (name: string): number | null =>
  /^s(0|[1-9]\d{0,2})$/.test(name) ? Number(name.slice(1)) : null

export type PlayableTitle = {
  name: string
  fileIds: readonly string[]
  resumeSeconds: number
  nextTitleId: string | null
}

export type PlaybackDeps = {
  engine: MediaEngine
  encoder: EncodedVideo['encoder']
  blobs: Blobs
  file: (fileId: string) => Promise<PlayableFile | null>
  keyframes: (fileId: string) => Promise<readonly number[] | null>
  /** Of every file that is known. */
  identities: () => AsyncIterable<{ identity: string }>
  sidecars: (fileId: string) => Promise<readonly SidecarFile[]>
  /** The title as this viewer may see it; throws `title-not-found` or `not-allowed`. */
  title: (viewer: Viewer, titleId: string) => Promise<PlayableTitle>
  /** Whether whoever holds a ticket is still signed in, or still in their party. */
  mayWatch: (holder: Holder) => Promise<boolean>
  store: PlaybackStore
  /** Hands the encode of a whole title to the job queue; one that was given up only when it is wanted anew. */
  enqueuePrepare: (
    wanted: { fileId: string; titleId: string; rungs: string[] },
    isWantedAnew: boolean,
  ) => Promise<void>
  /** Hands pictures for a file's seek bar to the job queue. */
  enqueuePreviews: (fileId: string) => Promise<void>
  secret: string
  /** Other processes that serve the same viewers; null for one process alone. */
  cluster: Cluster | null
  maxEncodes: () => number
  cacheBytes: () => number
  cacheRamBytes: () => number
  log: Log
  metrics: Metrics
  nowMs: () => number
}

/** A picture this size is encoded faster than real time on two cores. */
const START_PIXELS = 854 * 480

/** Who asks, from where. */
export type From = { signInId: string | null; address: string }
type Wish = { titleId: string; fileId?: string; capabilities: ClientCapabilities }

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
  const { assetOf, initOf, renditionOf } = createAssets(deps)
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

  /** Which file, and how it is offered to this browser at this place. */
  async function offerOf(
    viewer: Viewer,
    from: From,
    wish: Wish & { prefer?: 'direct' | 'hls'; burnSubtitleIndex?: number },
  ) {
    const title = await deps.title(viewer, wish.titleId)
    const [fileId, limits] = await Promise.all([chooseFile(title, wish), store.limits()])
    const asset = await assetOf(fileId)
    const { media } = asset.file
    const burn = wish.burnSubtitleIndex ?? null
    if (burn !== null && !media.subtitles.some((s) => s.index === burn))
      throw new Problem('invalid-request', 'The file has no such subtitles.')
    const question = {
      info: media,
      capabilities: wish.capabilities,
      burnSubtitleIndex: burn,
      prefer: wish.prefer ?? null,
      longestGapSeconds: asset.copyTimes && longestGap(asset.copyTimes),
      limitBps: limitOf(limits, viewer.id, from.address),
    }
    let decision = decide(question)
    if (decision.method !== 'direct') {
      const uncopyable = await copyFailures(asset, decision.offer)
      if (uncopyable.video || uncopyable.audio) decision = decide({ ...question, uncopyable })
    }
    const rungs = rungsOf(asset, decision.offer)
    const cheap = rungs.findIndex((r) => r.isOriginal || r.width * r.height <= START_PIXELS)
    // Rungs fall in size: where none is cheap, the last is the cheapest.
    return { title, asset, ...decision, rungs, startRung: Math.max(0, cheap >= 0 ? cheap : rungs.length - 1) }
  }

  /** Tracks that were to be copied and cannot be, for whatever reason: they are encoded then. */
  async function copyFailures(asset: Asset, offer: Offer): Promise<{ video: boolean; audio: boolean }> {
    const fails = (name: string): Promise<boolean> =>
      initOf(asset, name).then(
        () => false,
        (err: unknown) => {
          log.warn({ err, rendition: name, fileId: asset.file.id }, 'a track cannot be copied')
          return true
        },
      )
    const sounds = offer.copyAudio ? asset.file.media.audio : []
    const [video, ...audio] = await Promise.all([
      offer.copyVideo ? fails('v-original') : false,
      ...sounds.map((track) => fails(`a${track.index}-original`)),
    ])
    return { video, audio: audio.includes(true) }
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

  const namesToPrepare = (asset: Asset, rungs: readonly string[]): string[] => [
    ...rungs.map((rung) => `v-${rung}`),
    ...asset.file.media.audio.map((a) => `a${a.index}-${Math.min(2, Math.max(1, a.channels))}`),
  ]

  return {
    async questions(viewer: Viewer, titleId: string): Promise<{ mse: string[]; direct: string[] }> {
      const title = await deps.title(viewer, titleId)
      const all = await Promise.all(title.fileIds.map(deps.file))
      const asked = all.flatMap((file) => (file?.media ? [questionsOf(file.media)] : []))
      return {
        mse: [...new Set(asked.flatMap((q) => q.mse))].slice(0, 100),
        direct: [...new Set(asked.flatMap((q) => q.direct))].slice(0, 100),
      }
    },

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

    prepared: {
      list: ahead.list,
      drop: (fileId: string) => ahead.drop(fileId),
      async add(
        viewer: Viewer,
        input: { titleId: string; fileId?: string; rungs: string[] },
      ): Promise<PreparedTitle> {
        const title = await deps.title(viewer, input.titleId)
        const capabilities = { mse: [], direct: [], maxWidth: 16_384, maxHeight: 16_384 }
        const asset = await assetOf(await chooseFile(title, { ...input, capabilities }))
        const renditions = wantedRenditions(asset, input.rungs)
        const { id: fileId } = asset.file
        const one = {
          titleId: input.titleId,
          titleName: title.name,
          fileId,
          renditions: renditions.map(({ name }) => name),
          isComplete: false,
        }
        await ahead.want(one, renditions)
        await deps.enqueuePrepare({ fileId, titleId: input.titleId, rungs: input.rungs }, true)
        return one
      },
      /** What is wanted and not complete is handed to the queue again: it may have lost it. */
      async resume(): Promise<void> {
        for (const { fileId, titleId, renditions, isComplete } of await ahead.list()) {
          const rungs = renditions.flatMap((name) => (name.startsWith('v-') ? [name.slice(2)] : []))
          if (!isComplete) await deps.enqueuePrepare({ fileId, titleId, rungs }, false)
        }
      },
      /** The job. */
      async run({ payload, signal, progress }: JobRun<{ fileId: string; rungs: string[] }>): Promise<void> {
        const asset = await assetOf(payload.fileId)
        await ahead.run(payload.fileId, wantedRenditions(asset, payload.rungs), { signal, progress })
      },
    },

    limits: () => store.limits(),
    async setLimits(limits: PlaybackLimits): Promise<PlaybackLimits> {
      await store.saveLimits(limits, nowMs())
      return limits
    },

    // --- behind a ticket --------------------------------------------------------------------------------

    async admit(ticket: string, assetId: string): Promise<TicketClaims> {
      const claims = tickets.verify(ticket, assetId)
      if (await running.isOver(claims))
        throw new Problem('ticket-expired', 'The sign-in or party of this ticket has ended.')
      return claims
    },

    async directFile({ fileId, assetId }: TicketClaims): Promise<{ path: string; contentType: string }> {
      const { file } = await assetOf(fileId, assetId)
      const types: Record<string, string> = {
        mp4: 'video/mp4',
        webm: 'video/webm',
        matroska: 'video/x-matroska',
      }
      return { path: file.path, contentType: types[file.media.container] ?? 'application/octet-stream' }
    },

    async master({ fileId, assetId, offer }: TicketClaims): Promise<string> {
      const asset = await assetOf(fileId, assetId)
      return masterOf(asset, offer, await subtitles.choices(asset, ''))
    },

    async media({ fileId, assetId }: TicketClaims, name: string): Promise<string> {
      const asset = await assetOf(fileId, assetId)
      const index = subtitleIndex(name)
      if (index === null) return mediaPlaylist(renditionOf(asset, name).times)
      const choices = await subtitles.choices(asset, '')
      if (!choices.some((s) => s.index === index && s.format === 'webvtt')) throw new Problem('not-found')
      return subtitlePlaylist(asset.durationSeconds)
    },

    init: async ({ fileId, assetId }: TicketClaims, name: string): Promise<Uint8Array> =>
      initOf(await assetOf(fileId, assetId), name),

    async segment(
      { fileId, assetId, playbackId }: TicketClaims,
      name: string,
      number: number,
    ): Promise<Wanted> {
      const found = renditionOf(await assetOf(fileId, assetId), name)
      if (number >= found.times.starts.length - 1) throw new Problem('not-found')
      return wantSegment(found, number, playbackId)
    },

    /** Where a finished segment lies; null when it is in memory only. */
    async blobOfSegment(
      { fileId, assetId }: TicketClaims,
      name: string,
      number: number,
    ): Promise<string | null> {
      return cache.blobOf(renditionOf(await assetOf(fileId, assetId), name).key, number)
    },

    /** For another process, when this one encodes it; null when somebody else does. */
    async encodedSegment(question: SegmentQuestion): Promise<Wanted | null> {
      const { fileId, assetId, name, segment, viewerId, isPatient } = question
      const { key, rendition, times, of } = renditionOf(await assetOf(fileId, assetId), name)
      if (!shared || segment >= times.starts.length - 1) throw new Problem('not-found')
      if (key !== question.key) throw new Problem('not-ready', 'This process is of another version.')
      return shared.encoded({ key, rendition, times, label: name, of }, segment, viewerId, isPatient)
    },

    async subtitles(
      { fileId, assetId }: TicketClaims,
      name: string,
      format: SubtitleFormat,
    ): Promise<Uint8Array> {
      const index = subtitleIndex(name)
      if (index === null) throw new Problem('not-found')
      return subtitles.contents(await assetOf(fileId, assetId), index, format)
    },

    previewList: async ({ fileId, assetId }: TicketClaims) => previews.list(await assetOf(fileId, assetId)),
    previewSheet: async ({ fileId, assetId }: TicketClaims, number: number) =>
      previews.sheet(await assetOf(fileId, assetId), number),
    font: async ({ fileId, assetId }: TicketClaims, index: number) =>
      fonts.bytes(await assetOf(fileId, assetId), index),
    /** The job. */
    makePreviews: async (job: JobRun<{ fileId: string }>): Promise<void> =>
      previews.make(await assetOf(job.payload.fileId), job),

    /** What a failed encode means to people. */
    async explain({ fileId, assetId }: TicketClaims, error: unknown): Promise<unknown> {
      if (!(error instanceof Problem) || error.code !== 'encode-failed') return error
      const { file } = await assetOf(fileId, assetId)
      return unlessGone(file.path, error)
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

  function wantedRenditions(asset: Asset, rungs: readonly string[]): AssetRendition[] {
    const found = namesToPrepare(asset, asset.video ? rungs : []).map((name) => asset.rendition(name))
    const known = found.filter((rendition) => rendition !== null)
    if (known.length < found.length) throw new Problem('invalid-request', 'The title has no such quality.')
    return known
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

  function wantSegment(found: AssetRendition, number: number, viewerId: string): Promise<Wanted> {
    const { key, rendition, times, name, of } = found
    return sessions.want({ key, rendition, times, label: name, of }, number, viewerId, cache)
  }

  /** The wanted version, else the first that this browser plays without an encode, else the first at hand. */
  async function chooseFile(title: PlayableTitle, input: Omit<Wish, 'titleId'>): Promise<string> {
    if (input.fileId !== undefined) {
      if (title.fileIds.includes(input.fileId)) return input.fileId
      throw new Problem('file-not-found')
    }
    const files = (await Promise.all(title.fileIds.map(deps.file))).filter((f) => f !== null)
    if (files.length === 0) throw new Problem('file-not-found', 'There is no file for this title.')
    const ready = files.filter((f) => !f.offline && f.media)
    const direct = ready.find(
      (f) => f.media && questionsOf(f.media).direct.some((q) => input.capabilities.direct.includes(q)),
    )
    const chosen = direct ?? ready[0] ?? files[0]
    if (!chosen) throw new Problem('file-not-found')
    return chosen.id
  }
}
export type PlaybackFeature = Awaited<ReturnType<typeof createPlayback>>
