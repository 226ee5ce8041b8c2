// From the request to the first playable bytes over HTTP, on a server that has been running for a while.
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { MediaInfo } from '#shared/media.ts'
import type { MediaEngine } from '../../server/media/media-engine.ts'
import { ADA, AT_HOME, createLonePlayback } from '../../tests/support/playback.ts'

/** Enough for a browser to show a picture and begin the sound. */
const FRAMES = 4
const SOUND_SECONDS = 0.2
const SOUND_FRAMES = Math.ceil((SOUND_SECONDS * 48_000) / 1024)

/** Samples in the complete fragments so far: the counts in each `trun` (ISO 14496-12 §8.8.8). */
function samplesIn(bytes: Buffer): number {
  let count = 0
  for (let at = 0; at + 8 <= bytes.length;) {
    const size = bytes.readUInt32BE(at)
    if (size < 8 || at + size > bytes.length) break
    if (bytes.toString('latin1', at + 4, at + 8) === 'mdat') {
      const run = bytes.lastIndexOf('trun', at)
      if (run >= 0) count += bytes.readUInt32BE(run + 8)
    }
    at += size
  }
  return count
}

/** Resolves when so many samples have come; the rest of the reply is not waited for. */
async function firstSamples(url: string, wanted: number): Promise<void> {
  const left = new AbortController()
  const response = await fetch(url, { signal: left.signal })
  if (!response.ok || !response.body) throw new Error(`${response.status} ${await response.text()}`)
  const parts: Uint8Array[] = []
  for await (const part of response.body) {
    parts.push(part)
    if (samplesIn(Buffer.concat(parts)) >= wanted) break
  }
  left.abort()
}

export type StartSource = {
  engine: MediaEngine
  path: string
  media: MediaInfo
  keyframes: number[] | null
  home: string
}

export const TO_480P = { mse: [], direct: [], maxWidth: 854, maxHeight: 480 }

export async function openServer(
  { engine, path, media, keyframes, home }: StartSource,
  resumeSeconds: number,
) {
  return createLonePlayback({
    engine,
    path,
    media,
    keyframes,
    blobsPath: mkdtempSync(join(home, 'blobs-')),
    deps: {
      title: async () => ({ name: 'Film', fileIds: ['f1'], resumeSeconds, nextTitleId: null }),
    },
  })
}

export async function firstBytes(source: StartSource, atSeconds: number): Promise<number> {
  const { media } = source
  await using lone = await openServer(source, atSeconds)
  const { playback, url } = lone
  const started = performance.now()
  const { hlsUrl } = await playback.start(ADA, AT_HOME, { titleId: 't1', capabilities: TO_480P })
  const base = `${url}${(hlsUrl ?? '').replace('/master.m3u8', '')}`
  await (await fetch(`${base}/master.m3u8`)).text()
  const playlist = await (await fetch(`${base}/v-480p/index.m3u8`)).text()
  let [segment, at] = [0, 0]
  for (const [, seconds] of playlist.matchAll(/#EXTINF:([\d.]+)/g)) {
    at += Number(seconds)
    if (at > atSeconds) break
    segment++
  }
  const audio = `a${media.audio[0]?.index ?? 1}-1`
  await Promise.all([
    fetch(`${base}/v-480p/init.mp4`).then((r) => r.arrayBuffer()),
    fetch(`${base}/${audio}/init.mp4`).then((r) => r.arrayBuffer()),
    firstSamples(`${base}/v-480p/${segment}.m4s`, FRAMES),
    firstSamples(`${base}/${audio}/${segment}.m4s`, SOUND_FRAMES),
  ])
  return performance.now() - started
}
