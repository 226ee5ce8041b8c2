// Playback's HTTP: its endpoints, and under `/v/<ticket>/<asset>/` the playlists, segments, subtitles and the file.
//
// Bytes of a segment (`<n>.m4s`): `moof`+`mdat` pairs and nothing else. While it is encoded the reply has no
// Content-Length, carries `Server-Timing: enc`, and each pair is written as soon as it is there; an encode that
// fails resets the connection. The bytes are the same either way, so a player may hand on whole pairs as they come.
import { timingSafeEqual } from 'node:crypto'
import {
  dropPrepared,
  getPlaybackLimits,
  getPlaybackQuestions,
  listPrepared,
  preparePlayback,
  prepareTitle,
  reportPlayback,
  SEGMENT_WAIT_MS,
  setPlaybackLimits,
  startPlayback,
  stopPlayback,
} from '#shared/api/playback.ts'
import { checkRegular, sendBytes, serveFile } from '../http/byte-range.ts'
import { sendLive } from '../http/live-reply.ts'
import { type Http, serve } from '../http/endpoint.ts'
import type { HandOver } from '../http/hand-over.ts'
import type { SubtitleFormat } from '../media/media-engine.ts'
import { Problem } from '../platform/problem.ts'
import type { SegmentQuestion } from './cluster/bring.ts'
import { SEGMENT_PATH } from './cluster/cluster.ts'
import type { PlaybackFeature } from './playback.ts'

const FOREVER = 'public, max-age=31536000, immutable'
const PRIVATE = 'private, no-cache'
const SEGMENT = { contentType: 'video/mp4', cacheControl: FOREVER }
const PLAYLIST = 'application/vnd.apple.mpegurl'
const SUBTITLES: Readonly<Record<string, { format: SubtitleFormat; contentType: string }>> = {
  'all.vtt': { format: 'webvtt', contentType: 'text/vtt; charset=utf-8' },
  'all.ass': { format: 'ass', contentType: 'text/x-ssa; charset=utf-8' },
  'all.sup': { format: 'pgs', contentType: 'application/octet-stream' },
}

type Params = { ticket: string; asset: string; rendition: string; name: string }
type Raw = { Params: Params }

export function playbackRoutes(http: Http, playback: PlaybackFeature, handOver: HandOver): void {
  serve(http, startPlayback, ({ body }, { viewer, sessionId, address }) =>
    playback.start(viewer, { signInId: sessionId, address }, body),
  )
  serve(http, preparePlayback, async ({ body }, { viewer, sessionId, address }) => {
    await playback.prepare(viewer, { signInId: sessionId, address }, body)
    return {}
  })
  serve(http, getPlaybackLimits, () => playback.limits())
  serve(http, setPlaybackLimits, ({ body }) => playback.setLimits(body))
  serve(http, listPrepared, async () => ({ items: await playback.prepared.list() }))
  serve(http, prepareTitle, ({ body }, { viewer }) => playback.prepared.add(viewer, body))
  serve(http, dropPrepared, async ({ params }) => {
    await playback.prepared.drop(params.id)
    return {}
  })
  serve(http, getPlaybackQuestions, ({ params }, { viewer }) => playback.questions(viewer, params.id))
  serve(http, reportPlayback, ({ params, body }, { viewer }) => playback.report(viewer, params.id, body))
  serve(http, stopPlayback, async ({ params }, { viewer }) => {
    await playback.stop(viewer, params.id)
    return {}
  })

  const admit = ({ ticket, asset }: Params) => playback.admit(ticket, asset)

  http.route<Raw>({
    method: ['GET', 'HEAD'],
    url: '/v/:ticket/:asset/file',
    handler: async (request, reply) => {
      const file = await playback.directFile(await admit(request.params))
      const about = { ...file, cacheControl: PRIVATE }
      if (handOver.isPossible(request, 'files')) {
        await checkRegular(file.path)
        return handOver.send(reply, { in: 'files', path: file.path }, about)
      }
      await serveFile(request, reply, about)
      return reply
    },
  })

  /** For proxies that keep segments: whether the ticket still lets its holder have what they kept. */
  http.get<Raw>('/v/:ticket/:asset/ticket', async (request, reply) => {
    await admit(request.params)
    return reply.code(204).header('cache-control', 'no-store').send()
  })

  http.get<Raw>('/v/:ticket/:asset/master.m3u8', async (request, reply) =>
    sendBytes(request, reply, await playback.master(await admit(request.params)), {
      contentType: PLAYLIST,
      cacheControl: PRIVATE,
    }),
  )

  http.get<Raw>('/v/:ticket/:asset/previews.vtt', async (request, reply) =>
    sendBytes(request, reply, await playback.previewList(await admit(request.params)), {
      contentType: 'text/vtt; charset=utf-8',
      cacheControl: FOREVER,
    }),
  )

  http.get<Raw>('/v/:ticket/:asset/previews/:name', async (request, reply) => {
    const [, number] = /^(0|[1-9]\d{0,2})\.jpg$/.exec(request.params.name) ?? []
    const claims = await admit(request.params)
    if (number === undefined) throw new Problem('not-found')
    return sendBytes(request, reply, await playback.previewSheet(claims, Number(number)), {
      contentType: 'image/jpeg',
      cacheControl: FOREVER,
    })
  })

  http.get<Raw>('/v/:ticket/:asset/fonts/:name', async (request, reply) => {
    const [index] = /^(0|[1-9]\d{0,2})$/.exec(request.params.name) ?? []
    const claims = await admit(request.params)
    if (index === undefined) throw new Problem('not-found')
    return sendBytes(request, reply, await playback.font(claims, Number(index)), {
      contentType: 'application/octet-stream',
      cacheControl: FOREVER,
    })
  })

  http.get<Raw>('/v/:ticket/:asset/:rendition/:name', async (request, reply) => {
    const { rendition, name } = request.params
    const claims = await admit(request.params)
    if (name === 'index.m3u8')
      return sendBytes(request, reply, await playback.media(claims, rendition), {
        contentType: PLAYLIST,
        cacheControl: FOREVER,
      })
    if (name === 'init.mp4')
      return sendBytes(request, reply, await playback.init(claims, rendition), {
        contentType: 'video/mp4',
        cacheControl: FOREVER,
      })
    const subtitles = SUBTITLES[name]
    if (subtitles)
      return sendBytes(request, reply, await playback.subtitles(claims, rendition, subtitles.format), {
        contentType: subtitles.contentType,
        cacheControl: PRIVATE,
      })
    const [, number] = /^(0|[1-9]\d{0,5})\.m4s$/.exec(name) ?? []
    if (number === undefined) throw new Problem('not-found')

    const askedAtMs = performance.now()
    const gone = new AbortController()
    const leave = (): void => gone.abort(new Error('the viewer left'))
    reply.raw.once('close', leave)
    try {
      const wanted = await playback.segment(claims, rendition, Number(number))
      if (wanted.kind === 'live')
        await wanted.segment.begin(SEGMENT_WAIT_MS, gone.signal).catch(async (error: unknown) => {
          throw await playback.explain(claims, error)
        })
      playback.countWait((performance.now() - askedAtMs) / 1000)
      if (wanted.kind === 'whole') {
        const key = handOver.isPossible(request, 'blobs')
          ? await playback.blobOfSegment(claims, rendition, Number(number))
          : null
        if (key !== null) return handOver.send(reply, { in: 'blobs', path: key }, SEGMENT)
        return await sendBytes(request, reply, wanted.bytes, SEGMENT)
      }
      // nginx must neither gather it up nor have others wait for its end.
      void reply.header('x-accel-buffering', 'no')
      await sendLive(reply, wanted.segment.fragments(gone.signal), SEGMENT, gone.signal)
      return reply
    } catch (error) {
      if (!gone.signal.aborted) playback.countError(error instanceof Problem ? error.code : 'segment')
      if (!reply.sent) throw error
      // Half a segment must not end cleanly: caches and players would take it for a whole one.
      reply.raw.destroy()
      return reply
    } finally {
      reply.raw.off('close', leave)
    }
  })
}

/** For the other processes of this installation: a segment from the one that encodes it, while it is made. */
export function segmentRoutes(http: Http, playback: PlaybackFeature, secret: string): void {
  const expected = Buffer.from(`Bearer ${secret}`)
  http.post(SEGMENT_PATH, async (request, reply) => {
    const given = Buffer.from(request.headers.authorization ?? '')
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new Problem('not-allowed')
    const gone = new AbortController()
    const leave = (): void => gone.abort(new Error('the asking process left'))
    reply.raw.once('close', leave)
    try {
      // What one process of this installation says to another is believed.
      const wanted = await playback.encodedSegment(request.body as SegmentQuestion)
      if (!wanted) throw new Problem('conflict', 'Another process encodes this.')
      if (wanted.kind === 'whole') return await sendBytes(request, reply, wanted.bytes, SEGMENT)
      await wanted.segment.begin(SEGMENT_WAIT_MS, gone.signal)
      await sendLive(reply, wanted.segment.fragments(gone.signal), SEGMENT, gone.signal)
      return reply
    } catch (error) {
      if (!reply.sent) throw error
      reply.raw.destroy()
      return reply
    } finally {
      reply.raw.off('close', leave)
    }
  })
}
