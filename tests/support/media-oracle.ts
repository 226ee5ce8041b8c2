// The installed FFmpeg as generator and independent judge of media, and a reader of our own fragments.
import { spawnSync } from 'node:child_process'
import type { HeadSink, MediaEngine, Rendition } from '../../server/media/media-engine.ts'

export const hasFfmpeg =
  spawnSync('/usr/bin/ffmpeg', ['-version']).status === 0 &&
  spawnSync('/usr/bin/ffprobe', ['-version']).status === 0

export function ffmpeg(args: readonly string[]): Buffer {
  const run = spawnSync('/usr/bin/ffmpeg', ['-v', 'error', '-y', ...args], { maxBuffer: 512 * 1024 * 1024 })
  if (run.status !== 0) throw new Error(`ffmpeg ${args.join(' ')}: ${run.stderr.toString()}`)
  return run.stdout
}

export function ffprobe(args: readonly string[]): string[] {
  const run = spawnSync('/usr/bin/ffprobe', ['-v', 'error', '-of', 'csv=p=0', ...args], { encoding: 'utf8' })
  return run.stdout.split('\n').filter((line) => line !== '')
}

/** Runs a head to the end of the file; the segments it made, whole. */
export async function segmentsOf(
  engine: MediaEngine,
  rendition: Rendition,
  from: number,
): Promise<Map<number, Buffer>> {
  const segments = new Map<number, Buffer>()
  let parts: Uint8Array[] = []
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const sink: HeadSink = {
    fragment: (_, bytes) => void parts.push(bytes),
    segmentEnd(segment) {
      segments.set(segment, Buffer.concat(parts))
      parts = []
    },
    ended: (error) => (error ? reject(error) : resolve()),
  }
  engine.startHead(rendition, from, sink)
  await promise
  return segments
}

export type Timed = { dts: number; pts: number; duration: number }

/** The samples of all fragments, in order. */
export function samplesOf(bytes: Buffer): Timed[] {
  const samples: Timed[] = []
  for (let at = bytes.indexOf('moof'); at >= 0; at = bytes.indexOf('moof', at + 4)) {
    let dts = Number(bytes.readBigUInt64BE(bytes.indexOf('tfdt', at) + 8))
    const trun = bytes.indexOf('trun', at) + 4
    for (let index = 0; index < bytes.readUInt32BE(trun + 4); index++) {
      const entry = trun + 12 + index * 16
      const duration = bytes.readUInt32BE(entry)
      samples.push({ dts, pts: dts + bytes.readInt32BE(entry + 12), duration })
      dts += duration
    }
  }
  return samples
}

/** Seconds at which the sound begins after silence, by decoding. */
export function beeps(path: string): number[] {
  const [first = '0'] = ffprobe([
    '-select_streams',
    'a:0',
    '-show_entries',
    'frame=pts_time',
    '-read_intervals',
    '%+#3',
    path,
  ])
  const raw = ffmpeg(['-i', path, '-map', '0:a:0', '-ac', '1', '-ar', '48000', '-f', 'f32le', '-'])
  const sound = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + (raw.byteLength & ~3)))
  const times: number[] = []
  let last = -Infinity
  sound.forEach((value, index) => {
    if (Math.abs(value) < 0.15) return
    if (index - last > 24_000) times.push(index / 48_000 + Number.parseFloat(first))
    last = index
  })
  return times
}
