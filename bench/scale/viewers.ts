// What viewers cost, by kind, in CPU seconds for a second of film: direct play, remux, encode, and one more of the same.
import { statSync } from 'node:fs'
import type { Client } from '../../tests/support/app.ts'
import { lookAround, PLAYS_NOTHING } from '../../tests/support/busy-server.ts'
import { createHlsViewer } from '../../tests/support/hls-viewer.ts'
import { getPlaybackQuestions, startPlayback } from '../../shared/api/playback.ts'
import { FILM_NAME, FILM_SECONDS, filmFolder } from './film.ts'
import { cpuOf, startServer } from './server.ts'

/** A film of a usual disk copy: what a direct viewer draws. */
const DIRECT_BPS = 8_000_000
const DIRECT_BYTES = 1e9
const SEGMENT_REQUESTS = 3000
const AT_ONCE = 8

const direct = { mse: [] as string[], direct: [] as string[], maxWidth: 1920, maxHeight: 1080 }

async function drain(response: Response): Promise<number> {
  if (!response.ok || !response.body) throw new Error(`status ${response.status}`)
  let bytes = 0
  for await (const part of response.body) bytes += (part as Uint8Array).length
  return bytes
}

/** Every segment of one video and one sound, as a player that is never satisfied asks for them. */
async function playAll(client: Client, titleId: string, capabilities: typeof direct): Promise<string[]> {
  const { hlsUrl, method } = await client.call(startPlayback, {
    body: { titleId, capabilities, prefer: 'hls' },
  })
  const viewer = createHlsViewer((path) => client.request(path))
  const { video, audio } = await viewer.master(hlsUrl ?? '')
  const all: string[] = []
  for (const playlist of [video[0] ?? '', audio[0] ?? '']) {
    const { segments } = await viewer.media(playlist)
    for (const { uri } of segments) {
      // `segment-late` is answered with when to come again, as to any player.
      while ((await drain(await client.request(uri)).catch(() => 0)) === 0)
        await new Promise((go) => setTimeout(go, 200))
      all.push(uri)
    }
  }
  if (all.length === 0) throw new Error(`nothing was played (${method})`)
  return all
}

/** `count` times `work`, some of them at the same time. */
async function many(count: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < count) await work(next++)
    }),
  )
}

export async function measureViewers() {
  using films = filmFolder()
  await using server = await startServer({}, [films.path])
  const client = await server.visitor(1)
  const titleId = await lookAround(client, FILM_NAME)
  const { mse, direct: asked } = await client.call(getPlaybackQuestions, { params: { id: titleId } })
  const cpuDuring = async (work: () => Promise<unknown>) => {
    const before = cpuOf(server.pid)
    await work()
    const after = cpuOf(server.pid)
    return { own: after.own - before.own, children: after.children - before.children }
  }

  // Encoded for the first who wants it, at the film's own size; then the same bytes for others.
  let segments: string[] = []
  const encode = await cpuDuring(async () => (segments = await playAll(client, titleId, PLAYS_NOTHING)))
  const remux = await cpuDuring(() => playAll(client, titleId, { ...direct, mse }))
  const served = await cpuDuring(() =>
    many(SEGMENT_REQUESTS, async (n) => drain(await client.request(segments[n % segments.length] ?? ''))),
  )

  const playback = await client.call(startPlayback, {
    body: { titleId, capabilities: { ...direct, direct: asked } },
  })
  const { size } = statSync(films.file)
  const rounds = Math.ceil(DIRECT_BYTES / size)
  const bytes = await cpuDuring(() =>
    many(rounds, async () => {
      const got = await drain(
        await client.request(playback.directUrl ?? '', { headers: { range: 'bytes=0-' } }),
      )
      if (got !== size) throw new Error('the file came incomplete')
    }),
  )
  const bytesPerCpuSecond = (rounds * size) / (bytes.own + bytes.children)
  const cpuPerSegment = (served.own + served.children) / SEGMENT_REQUESTS
  // A viewer asks for one segment of pictures and one of sound for each stretch of film.
  const segmentsPerSecond = segments.length / FILM_SECONDS
  return {
    direct_viewers_per_core: Math.round(bytesPerCpuSecond / (DIRECT_BPS / 8)),
    direct_megabytes_per_cpu_s: Math.round(bytesPerCpuSecond / 1e6),
    segment_requests_per_s: Math.round(1 / cpuPerSegment),
    hls_viewers_of_finished_segments_per_core: Math.round(1 / (cpuPerSegment * segmentsPerSecond)),
    remux_first_viewers_per_core: Math.round(FILM_SECONDS / (remux.own + remux.children)),
    encode_720p_first_viewers_per_core: Number((FILM_SECONDS / (encode.own + encode.children)).toFixed(2)),
    encode_720p_cpu_s_per_film_s: Number(((encode.own + encode.children) / FILM_SECONDS).toFixed(3)),
  }
}
