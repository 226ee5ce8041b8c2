// From a request to the first playable bytes: ours over HTTP beside a spawned FFmpeg with a wait for whole segments.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMediaEngine } from '../server/media/engine.ts'

import { ADA, AT_HOME, createLonePlayback } from '../tests/support/playback.ts'

const RUNS = 5
const FILM_SECONDS = 60
/** Enough for a browser to show a picture and begin the sound. */
const FRAMES = 4
const SOUND_SECONDS = 0.2
const SOUND_FRAMES = Math.ceil((SOUND_SECONDS * 48_000) / 1024)
const POLL_MS = 100

function makeFilm(path: string): void {
  const picture = ['-f', 'lavfi', '-i', `testsrc2=size=1920x1080:rate=24:duration=${FILM_SECONDS}`]
  const sound = ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${FILM_SECONDS}`]
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '96', '-c:a', 'aac']
  const made = spawnSync('ffmpeg', ['-v', 'error', '-y', ...picture, ...sound, ...codecs, path])
  if (made.status !== 0) throw new Error(`the test film could not be made: ${made.stderr.toString()}`)
}

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

async function ours(film: string, home: string, atSeconds: number): Promise<number> {
  await using engine = createMediaEngine()
  const media = await engine.probe(film)
  const keyframes = await engine.keyframes(film, media, media.video[0]?.index ?? 0)
  const blobsPath = mkdtempSync(join(home, 'blobs-'))
  await using lone = await createLonePlayback({ engine, path: film, media, keyframes, blobsPath })
  const { playback, url } = lone
  const started = performance.now()
  const { hlsUrl } = await playback.start(ADA, AT_HOME, {
    titleId: 't1',
    capabilities: { mse: [], direct: [], maxWidth: 854, maxHeight: 480 },
  })
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

/**
 * The rule of Jellyfin (`DynamicHlsController.cs`): 3 s segments from a spawned FFmpeg; one is ready when the next
 * one's file exists, looked for every 100 ms. Its own 200 s of analysis is left out, in its favour.
 */
async function wholeSegments(film: string, home: string, atSeconds: number): Promise<number> {
  const folder = mkdtempSync(join(home, 'whole-'))
  const started = performance.now()
  const encode = [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-crf',
    '23',
    '-maxrate',
    '1400k',
    '-bufsize',
    '2800k',
  ]
  const keyframes = ['-force_key_frames:0', 'expr:gte(t,n_forced*3)', '-sc_threshold:v:0', '0']
  const hls = ['-f', 'hls', '-hls_time', '3', '-hls_segment_type', 'fmp4', '-hls_playlist_type', 'vod']
  const names = ['-hls_fmp4_init_filename', 'init.mp4', '-hls_segment_filename', join(folder, '%d.mp4')]
  const child = spawn(
    'ffmpeg',
    [
      ['-v', 'error', '-ss', String(atSeconds), '-i', film, '-vf', 'scale=854:480'],
      [...encode, ...keyframes],
      ['-c:a', 'aac', '-ac', '2', '-copyts', '-avoid_negative_ts', 'disabled', ...hls, ...names],
      ['-start_number', '0', '-hls_list_size', '0', join(folder, 'list.m3u8')],
    ].flat(),
    { stdio: 'ignore' },
  )
  try {
    while (!existsSync(join(folder, '1.mp4')) && child.exitCode === null)
      await new Promise((go) => setTimeout(go, POLL_MS))
    return performance.now() - started
  } finally {
    child.kill('SIGKILL')
  }
}

const median = (values: readonly number[]): number =>
  Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0)

export async function run(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'mediaserver-bench-'))
  try {
    const film = join(home, 'film.mkv')
    makeFilm(film)
    const results: { ours: number[]; whole: number[] } = { ours: [], whole: [] }
    for (let n = 0; n < RUNS; n++) {
      const atSeconds = (FILM_SECONDS * (n + 0.3)) / (RUNS + 1)
      results.ours.push(await ours(film, home, atSeconds))
      results.whole.push(await wholeSegments(film, home, atSeconds))
    }
    const [a, b] = [median(results.ours), median(results.whole)]
    process.stdout.write(
      `1080p film to 480p, from the request to ${FRAMES} frames and ${SOUND_SECONDS} s of sound (median of ${RUNS}):\n` +
        `  this server                       ${a} ms\n` +
        `  spawned FFmpeg, whole segments    ${b} ms\n` +
        `  ratio                             ${(a / b).toFixed(2)}\n`,
    )
  } finally {
    rmSync(home, { recursive: true })
  }
}
