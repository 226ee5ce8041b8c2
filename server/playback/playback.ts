// Start a playback; the playlists, init segments, segments and subtitles of a running one.
import type { Playback, PlaybackMethod, PlaybackReason, SubtitleChoice } from '#shared/api/playback.ts'
import type { ClientCapabilities, MediaInfo } from '#shared/media.ts'
import type { Viewer } from '#shared/viewer.ts'
import { MediaRefused, type MediaEngine } from '../media/media-engine.ts'
import { createSingleFlight } from '../platform/async.ts'
import type { Blobs } from '../platform/blobs/blobs.ts'
import { newId } from '../platform/ids.ts'
import type { Log } from '../platform/log.ts'
import type { Metrics } from '../platform/metrics.ts'
import { Problem } from '../platform/problem.ts'
import { aacBitrate, type Asset, assetIdOf, createAsset, type SourceFile, videoName } from './asset.ts'
import { decide, questionsOf } from './decide.ts'
import { avcCodecOf } from './init-codec.ts'
import { masterPlaylist, mediaPlaylist, subtitlePlaylist } from './playlist.ts'
import { createSegmentCache } from './segment-cache.ts'
import { longestGap, segmentAt } from './segments.ts'
import type { Wanted } from './session.ts'
import { createSessions } from './sessions.ts'
import { createTickets, type Offer, type TicketClaims } from './ticket.ts'

export type PlayableFile = {
  id: string
  path: string
  identity: string
  media: MediaInfo | null
  reason: string | null
  offline: boolean
}
export type PlayableTitle = {
  name: string
  fileIds: readonly string[]
  resumeSeconds: number
  nextTitleId: string | null
}

export type PlaybackDeps = {
  engine: MediaEngine
  blobs: Blobs
  file: (fileId: string) => Promise<PlayableFile | null>
  keyframes: (fileId: string) => Promise<readonly number[] | null>
  /** The title as this viewer may see it; throws `title-not-found` or `not-allowed`. */
  title: (viewer: Viewer, titleId: string) => Promise<PlayableTitle>
  secret: string
  maxEncodes: number
  cacheBytes: number
  cacheRamBytes: number
  log: Log
  metrics: Metrics
  nowMs: () => number
}

type Running = {
  claims: TicketClaims
  viewerName: string
  titleId: string
  titleName: string
  fileId: string
  method: PlaybackMethod
  reasons: readonly PlaybackReason[]
  positionSeconds: number
  startedAtMs: number
  seenAtMs: number
}

const TICKET_MS = 6 * 3_600_000
/** A player that reports nothing so long has gone: reports come every ten seconds, slower in hidden tabs. */
const SILENT_MS = 5 * 60_000
const MOST_RUNNING = 2000
const MOST_ASSETS = 200
const MOST_INITS = 500
const MOST_ENDED = 10_000
/** A picture this size is encoded faster than real time on two cores. */
const START_PIXELS = 854 * 480

/** Puts an entry at the young end and drops the oldest beyond the limit. */
function remember<K, V>(map: Map<K, V>, key: K, value: V, limit: number): void {
  map.delete(key)
  map.set(key, value)
  for (const oldest of map.keys()) {
    if (map.size <= limit) return
    map.delete(oldest)
  }
}

export async function createPlayback(deps: PlaybackDeps) {
  const { engine, blobs, log, metrics, nowMs } = deps
  const running = new Map<string, Running>()
  const assets = new Map<string, Asset>()
  const inits = new Map<string, Uint8Array>()
  const oneAsset = createSingleFlight<Asset>()
  const oneInit = createSingleFlight<Uint8Array>()
  /** Sign-ins, parties and playbacks that ended before their tickets did. */
  const ended = new Map<string, number>()

  const sessions = createSessions({ engine, maxEncodes: deps.maxEncodes, nowMs, log, metrics })
  const cache = await createSegmentCache({
    blobs,
    ramBytes: deps.cacheRamBytes,
    diskBytes: deps.cacheBytes,
    log,
    metrics,
    nowMs,
    isProtected: sessions.isProtected,
  })
  const tickets = createTickets({
    secret: deps.secret,
    nowMs,
    isRevoked: ({ playbackId, signInId, partyId, viewerId }) =>
      [`playback ${playbackId}`, `sign-in ${signInId}`, `party ${partyId}`, `viewer ${viewerId}`].some((k) =>
        ended.has(k),
      ),
  })

  const errors = metrics.counter({
    name: 'mediaserver_playback_errors_total',
    help: 'Errors that players reported and segments that could not be served.',
    labels: ['kind'],
  })
  const firstFrame = metrics.histogram({
    name: 'mediaserver_playback_first_frame_seconds',
    help: 'From the click to the first picture, as players report it.',
    buckets: [0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10],
  })
  const waits = metrics.histogram({
    name: 'mediaserver_segment_wait_seconds',
    help: 'From the request of a segment to its first byte.',
    buckets: [0.005, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 15],
  })
  metrics.gauge({ name: 'mediaserver_playback_sessions', help: 'Playbacks that run.' }, (gauge) => {
    forgetSilent()
    gauge.set(running.size)
  })

  function forgetSilent(): void {
    for (const [id, { seenAtMs }] of running) if (seenAtMs < nowMs() - SILENT_MS) running.delete(id)
    for (const [key, untilMs] of ended) if (untilMs < nowMs()) ended.delete(key)
  }

  async function playable(fileId: string): Promise<SourceFile> {
    const found = await deps.file(fileId)
    if (!found) throw new Problem('file-not-found')
    if (found.offline) throw new Problem('file-offline', 'Its disk or network folder is not connected.')
    if (!found.media)
      throw new Problem('not-playable', found.reason ?? 'The file has not been looked at yet.')
    return { id: found.id, path: found.path, identity: found.identity, media: found.media }
  }

  /** The asset as it is now, or the one of this id, which may still stand on the grid. */
  async function assetOf(fileId: string, assetId?: string): Promise<Asset> {
    const file = await playable(fileId)
    const known = assetId === undefined ? undefined : assets.get(assetId)
    if (known?.file.path === file.path && assetIdOf(file, known.id.startsWith('k')) === known.id) return known
    return oneAsset(`${fileId} ${file.identity} ${assetId}`, async () => {
      const { durationSeconds } = file.media
      if (!durationSeconds || (file.media.video.length === 0 && file.media.audio.length === 0))
        throw new Problem('not-playable', 'The file has no picture or sound of known length.')
      const keyframes = assetId?.startsWith('g') ? null : await deps.keyframes(fileId)
      const usable = keyframes && keyframes.length > 0 ? keyframes : null
      const asset = createAsset(file, usable, durationSeconds)
      if (assetId !== undefined && asset.id !== assetId)
        throw new Problem('file-not-found', 'The file has changed: start it again.')
      remember(assets, asset.id, asset, MOST_ASSETS)
      return asset
    })
  }

  async function renditionOf(asset: Asset, name: string) {
    const found = asset.rendition(name)
    if (!found) throw new Problem('not-found')
    return found
  }

  async function initOf(asset: Asset, name: string): Promise<Uint8Array> {
    const { key, rendition } = await renditionOf(asset, name)
    const known = inits.get(key)
    if (known) return known
    return oneInit(key, async () => {
      const bytes = await engine.init(rendition).catch((error: unknown) => {
        if (error instanceof MediaRefused) throw new Problem('not-playable', error.message, { cause: error })
        throw error
      })
      remember(inits, key, bytes, MOST_INITS)
      return bytes
    })
  }

  const addressesOf = (claims: TicketClaims, method: PlaybackMethod) => {
    const base = `/v/${tickets.issue(claims)}/${claims.assetId}`
    return { directUrl: method === 'direct' ? `${base}/file` : null, hlsUrl: `${base}/master.m3u8`, base }
  }

  const audioNameOf = (asset: Asset, offer: Offer, index: number): string => {
    const track = asset.file.media.audio.find((a) => a.index === index)
    return `a${index}-${offer.copyAudio ? 'original' : Math.min(offer.channels, Math.max(1, track?.channels ?? 2))}`
  }

  const rungsOf = (asset: Asset, offer: Offer) => asset.ladder(offer.copyVideo, offer.maxHeight)

  const textTracks = (asset: Asset) => asset.file.media.subtitles.filter((s) => s.kind !== 'image')

  /** Whoever is handed a ticket for a party's film is revoked with the party; everybody else with their sign-in. */
  const claimsOf = (viewer: Viewer, signInId: string | null) => ({
    viewerId: viewer.id,
    signInId,
    partyId: viewer.kind === 'guest' ? viewer.partyId : null,
  })

  function end(key: string): void {
    remember(ended, key, nowMs() + TICKET_MS, MOST_ENDED)
    for (const [id, { claims }] of running)
      if (
        [
          `playback ${id}`,
          `sign-in ${claims.signInId}`,
          `party ${claims.partyId}`,
          `viewer ${claims.viewerId}`,
        ].includes(key)
      ) {
        running.delete(id)
        sessions.leave(id)
      }
  }

  async function started(viewer: Viewer, id: string): Promise<Running> {
    forgetSilent()
    const found = running.get(id)
    if (!found || found.claims.viewerId !== viewer.id)
      throw new Problem('not-found', 'This playback is over: start it again.')
    return found
  }

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
      signInId: string | null,
      input: {
        titleId: string
        fileId?: string
        capabilities: ClientCapabilities
        prefer?: 'direct' | 'hls'
        burnSubtitleIndex?: number
      },
    ): Promise<Playback> {
      const title = await deps.title(viewer, input.titleId)
      const fileId = await chooseFile(title, input)
      const asset = await assetOf(fileId)
      const { media } = asset.file
      const burn = input.burnSubtitleIndex ?? null
      if (burn !== null && !media.subtitles.some((s) => s.index === burn))
        throw new Problem('invalid-request', 'The file has no such subtitles.')
      const { method, reasons, offer } = decide({
        info: media,
        capabilities: input.capabilities,
        burnSubtitleIndex: burn,
        prefer: input.prefer ?? null,
        longestGapSeconds: asset.copyTimes && longestGap(asset.copyTimes),
      })
      const id = newId(nowMs())
      const claims: TicketClaims = {
        playbackId: id,
        ...claimsOf(viewer, signInId),
        fileId,
        assetId: asset.id,
        expiresAtMs: nowMs() + TICKET_MS,
        offer,
      }
      const { base, ...urls } = addressesOf(claims, method)
      const now = nowMs()
      forgetSilent()
      remember(
        running,
        id,
        {
          claims,
          viewerName: viewer.name,
          titleId: input.titleId,
          titleName: title.name,
          fileId,
          method,
          reasons,
          positionSeconds: title.resumeSeconds,
          startedAtMs: now,
          seenAtMs: now,
        },
        MOST_RUNNING,
      )
      const rungs = rungsOf(asset, offer)
      // The player asks for these next: the worker opens the encoders meanwhile.
      for (const rung of rungs)
        void initOf(asset, videoName(rung, burn)).catch((err: unknown) =>
          log.debug({ err }, 'init was not prepared'),
        )
      const cheap = rungs.findIndex((r) => r.isOriginal || r.width * r.height <= START_PIXELS)
      return {
        id,
        titleId: input.titleId,
        fileId,
        name: title.name,
        method,
        reasons,
        ...urls,
        durationSeconds: asset.durationSeconds,
        resumeSeconds: title.resumeSeconds,
        startRung: Math.max(0, cheap),
        rungs,
        audio: media.audio,
        subtitles: media.subtitles.map((track): SubtitleChoice => {
          const format = track.kind === 'image' ? null : track.kind === 'ass' ? 'ass' : 'webvtt'
          return {
            ...track,
            format,
            url: format && `${base}/s${track.index}/all.${format === 'ass' ? 'ass' : 'vtt'}`,
          }
        }),
        fonts: [],
        chapters: media.chapters,
        previewsUrl: null,
        ticketExpiresAtMs: claims.expiresAtMs,
        nextTitleId: title.nextTitleId,
      }
    },

    async report(
      viewer: Viewer,
      id: string,
      seen: { positionSeconds: number; firstFrameMs?: number; error?: string },
    ) {
      const playback = await started(viewer, id)
      playback.positionSeconds = seen.positionSeconds
      playback.seenAtMs = nowMs()
      if (seen.firstFrameMs !== undefined) firstFrame.observe(seen.firstFrameMs / 1000)
      if (seen.error !== undefined) {
        errors.inc({ kind: 'player' })
        log.warn({ playbackId: id, fileId: playback.fileId, error: seen.error }, 'a player reported an error')
      }
      playback.claims = { ...playback.claims, expiresAtMs: nowMs() + TICKET_MS }
      const { directUrl, hlsUrl } = addressesOf(playback.claims, playback.method)
      return { ticketExpiresAtMs: playback.claims.expiresAtMs, directUrl, hlsUrl }
    },

    async stop(viewer: Viewer, id: string): Promise<void> {
      await started(viewer, id)
      end(`playback ${id}`)
    },

    /** By an administrator. False when no such playback runs. */
    stopAny(id: string): boolean {
      const isRunning = running.has(id)
      if (isRunning) end(`playback ${id}`)
      return isRunning
    },

    /** Ends tickets at once. */
    signedOut: (ids: { signInId?: string; personId?: string }): void => {
      if (ids.signInId !== undefined) end(`sign-in ${ids.signInId}`)
      if (ids.personId !== undefined) end(`viewer ${ids.personId}`)
    },
    partyEnded: (partyId: string): void => end(`party ${partyId}`),

    /** Encodes the first segments at a place that somebody will probably play from. */
    async prepare(viewer: Viewer, titleId: string, positionSeconds: number): Promise<void> {
      const title = await deps.title(viewer, titleId)
      const [fileId] = title.fileIds
      if (!fileId || sessions.encodes().some((e) => e.state === 'encoding')) return
      const asset = await assetOf(fileId)
      const rung = asset.ladder(false, 480).at(0)
      const names = [
        ...(rung ? [videoName(rung, null)] : []),
        ...asset.file.media.audio.slice(0, 1).map((a) => `a${a.index}-2`),
      ]
      for (const name of names) {
        const found = asset.rendition(name)
        if (found) await wantSegment(found, segmentAt(found.times, positionSeconds), `prepare ${asset.id}`)
      }
    },

    // --- behind a ticket --------------------------------------------------------------------------------

    admit: (ticket: string, assetId: string): TicketClaims => tickets.verify(ticket, assetId),

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
      const { media } = asset.file
      const rate = asset.video?.frameRate
      const video = await Promise.all(
        rungsOf(asset, offer).map(async (rung) => {
          const name = videoName(rung, offer.burnSubtitleIndex)
          const codec = rung.isOriginal ? asset.video?.codecString : avcCodecOf(await initOf(asset, name))
          return {
            uri: `${name}/index.m3u8`,
            codec: codec ?? 'avc1.640028',
            width: rung.width,
            height: rung.height,
            frameRate: rate ? rate.num / rate.den : 25,
            averageBps: rung.bitrateBps,
            peakBps: Math.round(rung.bitrateBps * (rung.isOriginal ? 2 : 1.5)),
          }
        }),
      )
      const audio = media.audio.map((track, n) => ({
        uri: `${audioNameOf(asset, offer, track.index)}/index.m3u8`,
        codec: offer.copyAudio ? (track.codecString ?? 'mp4a.40.2') : 'mp4a.40.2',
        name: track.title ?? track.language ?? `Audio ${n + 1}`,
        language: track.language,
        isDefault: media.audio.some((a) => a.isDefault)
          ? track === media.audio.find((a) => a.isDefault)
          : n === 0,
        channels: offer.copyAudio ? track.channels : Math.min(offer.channels, Math.max(1, track.channels)),
        averageBps: offer.copyAudio
          ? Math.round(track.bitrateBps ?? 640_000)
          : aacBitrate(Math.min(offer.channels, track.channels)),
      }))
      const subtitles = textTracks(asset).map((track, n) => ({
        uri: `s${track.index}/index.m3u8`,
        name: track.title ?? track.language ?? `Subtitles ${n + 1}`,
        language: track.language,
        isForced: track.isForced,
      }))
      return masterPlaylist(video, audio, subtitles)
    },

    async media({ fileId, assetId }: TicketClaims, name: string): Promise<string> {
      const asset = await assetOf(fileId, assetId)
      if (/^s\d{1,3}$/.test(name) && textTracks(asset).some((s) => `s${s.index}` === name))
        return subtitlePlaylist(asset.durationSeconds)
      return mediaPlaylist((await renditionOf(asset, name)).times)
    },

    init: async ({ fileId, assetId }: TicketClaims, name: string): Promise<Uint8Array> =>
      initOf(await assetOf(fileId, assetId), name),

    async segment(
      { fileId, assetId, playbackId }: TicketClaims,
      name: string,
      number: number,
    ): Promise<Wanted> {
      const found = await renditionOf(await assetOf(fileId, assetId), name)
      if (number >= found.times.starts.length - 1) throw new Problem('not-found')
      return wantSegment(found, number, playbackId)
    },

    async subtitles(
      { fileId, assetId }: TicketClaims,
      name: string,
      format: 'webvtt' | 'ass',
    ): Promise<string> {
      const asset = await assetOf(fileId, assetId)
      const track = textTracks(asset).find((s) => `s${s.index}` === name)
      if (!track || (format === 'ass' && track.kind !== 'ass')) throw new Problem('not-found')
      return engine.subtitles(asset.file.path, track.index, format, asset.file.media.startSeconds)
    },

    countWait: (seconds: number): void => waits.observe(seconds),
    countError: (kind: string): void => errors.inc({ kind }),

    /** For the administrator. */
    status() {
      forgetSilent()
      return {
        playbacks: [...running.entries()].map(([id, r]) => ({
          id,
          viewerName: r.viewerName,
          titleName: r.titleName,
          method: r.method,
          reasons: r.reasons.map((reason) => reason.text),
          positionSeconds: r.positionSeconds,
          startedAtMs: r.startedAtMs,
        })),
        encodes: sessions.encodes(),
        cache: cache.status(),
      }
    },
    evict: () => cache.evict(),
    evictAll: () => cache.evict(0),
    sweep: sessions.sweep,

    async [Symbol.asyncDispose]() {
      await sessions[Symbol.asyncDispose]()
      await cache[Symbol.asyncDispose]()
    },
  }

  function wantSegment(
    found: ReturnType<Asset['rendition']> & object,
    number: number,
    viewerId: string,
  ): Promise<Wanted> {
    const { key, rendition, times, name } = found
    return sessions.want({ key, rendition, times, label: name }, number, viewerId, cache)
  }

  /** The wanted version, else the first that this browser plays without an encode, else the first at hand. */
  async function chooseFile(
    title: PlayableTitle,
    input: { fileId?: string; capabilities: ClientCapabilities },
  ): Promise<string> {
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
