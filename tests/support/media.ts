// Odd clips made by the system's ffmpeg, heads run to their end, and results judged by ffprobe: an independent oracle.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { boundaryTable, gridRate } from '../../server/media/boundaries.ts'
import type { EncodedVideo, MediaEngine, Rendition } from '../../server/media/media-engine.ts'
import type { MediaInfo } from '../../shared/media.ts'

/** The bundled library never judges itself: only the programs of the system do. */
const tool = (name: string) => `/usr/bin/${name}`
export const needsFfmpeg =
  spawnSync(tool('ffmpeg'), ['-version']).status === 0 ? false : 'no ffmpeg on this system'

export function ffmpeg(args: readonly string[], input?: Uint8Array): Buffer {
  const run = spawnSync(tool('ffmpeg'), ['-v', 'error', '-nostdin', ...args], {
    input,
    maxBuffer: 2 ** 30,
  })
  const complaint = run.stderr.toString()
  if (run.status !== 0) throw new Error(`ffmpeg ${args.join(' ')}: ${complaint}`)
  return run.stdout
}

export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'media-'))
  return {
    file: (name: string) => join(path, name),
    write(name: string, bytes: Uint8Array): string {
      writeFileSync(join(path, name), bytes)
      return join(path, name)
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  }
}

export type PacketTimes = { pts: number; dts: number; duration: number; isKey: boolean }

export function packetsOf(path: string): PacketTimes[] {
  const entries = ['-show_entries', 'packet=pts,dts,duration,flags', '-of', 'csv=p=0', '-select_streams', '0']
  const run = spawnSync(tool('ffprobe'), ['-v', 'error', ...entries, path], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  })
  return run.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [pts, dts, duration, flags = ''] = line.split(',')
      return { pts: Number(pts), dts: Number(dts), duration: Number(duration), isKey: flags.startsWith('K') }
    })
}

/** When each picture of a file is shown, in seconds of the container's clock, in shown order. */
export function pictureTimes(path: string): number[] {
  const entries = ['-show_entries', 'frame=best_effort_timestamp_time', '-of', 'csv=p=0']
  const run = spawnSync(tool('ffprobe'), ['-v', 'quiet', '-select_streams', 'v:0', ...entries, path], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  })
  return run.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => Number.parseFloat(line))
}

/** Every picture of a file as a small grey one: what it shows, whatever its size was. */
export function greyPictures(path: string, width: number, height: number): Buffer[] {
  const filters = ['-vf', `scale=${width}:${height}:flags=area`, '-vsync', 'passthrough']
  const bytes = ffmpeg(['-i', path, '-map', '0:v:0', ...filters, '-f', 'rawvideo', '-pix_fmt', 'gray', '-'])
  const size = width * height
  return Array.from({ length: bytes.length / size }, (_, n) => bytes.subarray(n * size, (n + 1) * size))
}

/** A source that writes its picture's number as ten black or white bars. */
export const numbered = (size: string, rate: string, seconds: number) => [
  '-f',
  'lavfi',
  '-i',
  `color=black:s=${size}:r=${rate}:d=${seconds},geq=lum='16+219*mod(floor(N/pow(2\\,floor(X*10/W)))\\,2)':cb=128:cr=128`,
]

export const numberOf = (grey: Buffer): number =>
  grey.reduce((sum, light, bit) => sum + (light > 128 ? 2 ** bit : 0), 0)

export async function videoRendition(
  engine: MediaEngine,
  path: string,
  width: number,
  height: number,
): Promise<EncodedVideo & { media: MediaInfo }> {
  const media = await engine.probe(path)
  const track = media.video[0]!
  const keyframes = await engine.keyframes(path, media, track.index)
  return {
    kind: 'encoded-video',
    path,
    trackIndex: track.index,
    startSeconds: media.startSeconds,
    boundaries: boundaryTable(keyframes, media.durationSeconds ?? 5, gridRate(track.frameRate)),
    width,
    height,
    bitrateBps: 1_000_000,
    encoder: 'exact',
    deinterlace: track.scan === 'interlaced',
    rotationDegrees: track.rotationDegrees,
    toneMap: track.hdr !== null,
    burnSubtitleIndex: null,
    media,
  }
}

/** Segments from `from` on, each with its fragments joined; at most `count`, then the head is stopped. */
export async function runHead(
  engine: MediaEngine,
  rendition: Rendition,
  from: number,
  count = Number.POSITIVE_INFINITY,
): Promise<Buffer[]> {
  const segments: Buffer[] = []
  let parts: Uint8Array[] = []
  const done = Promise.withResolvers<void>()
  const head = engine.startHead(rendition, from, {
    fragment: (_, bytes) => void parts.push(bytes),
    segmentEnd() {
      if (segments.length < count) segments.push(Buffer.concat(parts))
      parts = []
      if (segments.length === count) done.resolve()
    },
    ended: (error) => (error ? done.reject(error) : done.resolve()),
  })
  await done.promise
  await head.stop()
  return segments
}
