// Sustained encoding: pictures a second of a head beside plain FFmpeg with the same x264 settings on the same film.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { AVCOL_SPC_UNSPECIFIED } from 'node-av/constants'
import { videoPlan } from '../../server/media/encode-plan.ts'
import type { EncodedVideo } from '../../server/media/media-engine.ts'
import { pictureChain } from '../../server/media/worker/picture-chain.ts'
import { createAsset } from '../../server/playback/asset.ts'
import { childrenCpuSeconds } from './cpu.ts'
import { median, ratio } from '../figures.ts'
import { FILM_FPS, FILM_SECONDS } from './film.ts'
import type { StartSource } from './start.ts'

const ROUNDS = 3

type Spent = { seconds: number; cpuSeconds: number }

async function spending(work: () => Promise<void>): Promise<Spent> {
  const [from, cpu] = [performance.now(), childrenCpuSeconds()]
  await work()
  return { seconds: (performance.now() - from) / 1000, cpuSeconds: childrenCpuSeconds() - cpu }
}

/** From the end of the first segment on: what is wanted is how fast it goes on. */
async function ours({ engine }: StartSource, rendition: EncodedVideo): Promise<Spent> {
  const [begun, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  engine.startHead(rendition, 0, {
    fragment: () => {},
    segmentEnd: () => begun.resolve(),
    ended: (error) => (error ? over.reject(error) : over.resolve()),
  })
  await Promise.race([begun.promise, over.promise])
  return spending(() => over.promise)
}

/** The same filters and settings; keyframes at the same places. */
async function ffmpeg({ path, home }: StartSource, rendition: EncodedVideo, frames: number): Promise<void> {
  const { preset, profile, level, x264 } = videoPlan(rendition)
  const params = Object.entries(x264).filter(([name]) => name !== 'annexb')
  const { frameRate, frames: starts } = rendition.boundaries
  const cuts = starts.slice(0, -1).map((frame) => (frame * frameRate.den) / frameRate.num)
  const chain = pictureChain(rendition, { width: 1920, height: 1080, colorSpace: AVCOL_SPC_UNSPECIFIED })
  const child = spawn(
    'ffmpeg',
    [
      ['-v', 'error', '-y', '-threads', '2', '-i', path, '-an', '-frames:v', String(frames), '-vf', chain],
      ['-c:v', 'libx264', '-preset', preset, '-profile:v', profile, '-level', String(level / 10)],
      ['-x264-params', params.map(([name, value]) => `${name}=${value}`).join(':')],
      ['-force_key_frames', cuts.join(','), '-f', 'mp4', join(home, 'plain.mp4')],
    ].flat(),
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const [code] = (await once(child, 'exit')) as [number]
  if (code !== 0) throw new Error(`FFmpeg ended with ${code}`)
}

/** Without FFmpeg's start and its first segment, either. */
async function plain(source: StartSource, rendition: EncodedVideo): Promise<Spent> {
  const start = await spending(() => ffmpeg(source, rendition, firstOf(rendition)))
  const all = await spending(() => ffmpeg(source, rendition, framesOf(rendition)))
  return { seconds: all.seconds - start.seconds, cpuSeconds: all.cpuSeconds - start.cpuSeconds }
}

const firstOf = ({ boundaries }: EncodedVideo): number => boundaries.frames[1] ?? 0
const framesOf = ({ boundaries }: EncodedVideo): number => boundaries.frames.at(-1) ?? 0

async function compare(source: StartSource, name: string, seconds: number) {
  const file = { id: 'f1', path: source.path, identity: 'one', media: source.media }
  const found = createAsset(file, source.keyframes, FILM_SECONDS).rendition(`v-${name}`)?.rendition
  if (found?.kind !== 'encoded-video') throw new Error(`The film has no ${name}`)
  const { frameRate, frames } = found.boundaries
  const end = seconds * FILM_FPS
  const rendition = { ...found, boundaries: { frameRate, frames: frames.filter((frame) => frame <= end) } }
  const rounds: { ours: Spent; plain: Spent }[] = []
  // Turn and turn about, so that a busy moment hits both; who begins changes, too.
  for (let n = 0; n < ROUNDS; n++) {
    const first = n % 2 === 0 ? await ours(source, rendition) : null
    const their = await plain(source, rendition)
    rounds.push({ ours: first ?? (await ours(source, rendition)), plain: their })
  }
  const middle = (of: (round: (typeof rounds)[number]) => number) => median(rounds.map(of))
  return {
    fps: (framesOf(rendition) - firstOf(rendition)) / middle((round) => round.ours.seconds),
    vsPlain: ratio(middle((round) => round.plain.seconds / round.ours.seconds)),
    cpuVsPlain: ratio(middle((round) => round.ours.cpuSeconds / round.plain.cpuSeconds)),
  }
}

export async function sustainedFps(source: StartSource) {
  const [small, full] = [await compare(source, '480p', 40), await compare(source, '1080p', 12)]
  return {
    sustained_fps: Math.round(small.fps),
    sustained_fps_vs_ffmpeg: small.vsPlain,
    sustained_cpu_vs_ffmpeg: small.cpuVsPlain,
    sustained_fps_1080p: Math.round(full.fps),
    sustained_fps_vs_ffmpeg_1080p: full.vsPlain,
    sustained_cpu_vs_ffmpeg_1080p: full.cpuVsPlain,
  }
}
