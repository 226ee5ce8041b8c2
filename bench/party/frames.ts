// How far apart the frames of a group of browsers are, and how fast they come together.
import { setTimeout as after } from 'node:timers/promises'
import { type FrameNote, clockOffsetMs, takeFrames } from '../../tests/support/party-pages.ts'
import type { BenchPage } from '../../tests/support/party-browsers.ts'
import {
  convergedAfterMs,
  ownErrors,
  pairErrors,
  percentile,
  restedAtMs,
  startedAtMs,
} from './frame-error.ts'
import type { Group } from './group.ts'

export const FILM_SECONDS = 150
/** Together is what the target says. */
const TOGETHER_MS = 40
const PLAY_MS = 20_000
const FRAMES_PER_SECOND = 24
const ROUNDS = 10
/** Every so many rounds a seek is made while the film plays. */
const SEEK_EVERY = 3
const SEEK_BY_SECONDS = 5
/** A start after a seek waits until all have loaded. */
const STARTS_WITHIN_MS = 2500
const SEEK_MS = 6000
/** Parts of the film: a single seek says as much about one late frame as about the rule. */
const SEEK_TO = [0.5, 0.2, 0.7, 0.35, 0.6]
const JOIN_MS = 8000
const COMINGS = 3

export type FrameResult = {
  pairErrors: number[]
  chromiumPairErrors: number[]
  /** Each page's distance behind the authority's timeline. */
  members: { engine: string; p5: number; p50: number; p95: number }[]
  /** How far apart a command reached the pictures, pair by pair, each time that it was given. */
  skews: { play: number[][]; pause: number[][]; seek: number[][] }
  /** From a seek while the film plays; each time. Never together: NaN. */
  seeksConvergedMs: number[]
  /** From asking to come in, on a page that was just loaded; each time that somebody came. */
  comings: { convergedMs: number; pageLoadMs: number }[]
}

/** Pages whose clocks are known and whose notes begin now. */
type Listening = { pages: readonly BenchPage[]; offsetsMs: readonly number[] }

/** Before what is measured, never during it: the exchanges are work for the pages that would stop or start late. */
async function listen(pages: readonly BenchPage[]): Promise<Listening> {
  const offsetsMs = await Promise.all(pages.map((page) => clockOffsetMs(page)))
  await fresh(pages)
  return { pages, offsetsMs }
}

/** Notes of every page on one clock, collected for as long as something is measured. */
async function record({ pages, offsetsMs }: Listening, forMs: number): Promise<FrameNote[][]> {
  const frames: FrameNote[][] = pages.map(() => [])
  const untilMs = performance.now() + forMs
  while (performance.now() < untilMs) {
    await after(Math.min(1000, Math.max(0, untilMs - performance.now())))
    const taken = await Promise.all(pages.map((page, i) => takeFrames(page, offsetsMs[i] ?? 0)))
    for (const [i, notes] of taken.entries()) frames[i]?.push(...notes)
  }
  return frames
}

const fresh = (pages: readonly BenchPage[]) => Promise.all(pages.map((p) => takeFrames(p, 0)))

const pairs = (times: readonly (number | null)[]): number[] => {
  const known = times.filter((at) => at !== null)
  return known.flatMap((a, n) => known.slice(n + 1).map((b) => Math.abs(a - b)))
}

/** How far apart the pictures began to move, pair by pair, at one start. */
async function playSkews(group: Group): Promise<number[]> {
  const rests = await Promise.all(
    group.pages.map((p) => p.evaluate<number>("document.querySelector('video').currentTime")),
  )
  const listening = await listen(group.pages)
  const fromMs = performance.now()
  await group.play()
  const frames = await record(listening, 1800)
  return pairs(frames.map((f, n) => startedAtMs(f, rests[n] ?? 0, fromMs)))
}

/** The same for coming to rest. */
async function pauseSkews(group: Group): Promise<number[]> {
  const listening = await listen(group.pages)
  await group.pause()
  const frames = await record(listening, 1500)
  return pairs(frames.map((f) => restedAtMs(f, FRAMES_PER_SECOND)))
}

/** The same for moving on at another place. */
async function seekSkews(group: Group): Promise<number[]> {
  const listening = await listen(group.pages)
  const fromMs = performance.now()
  const toSeconds = group.targetSeconds(fromMs) + SEEK_BY_SECONDS
  await group.seek(toSeconds)
  const frames = await record(listening, STARTS_WITHIN_MS)
  return pairs(frames.map((f) => startedAtMs(f, toSeconds, fromMs)))
}

async function commandSkews(group: Group): Promise<FrameResult['skews']> {
  const skews: FrameResult['skews'] = { play: [], pause: [], seek: [] }
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) skews.pause.push(await pauseSkews(group))
    await after(1000)
    skews.play.push(await playSkews(group))
    await after(500)
    if (round % SEEK_EVERY === SEEK_EVERY - 1) skews.seek.push(await seekSkews(group))
  }
  return skews
}

/** A start comes out a little different each time, and who is near enough is not corrected by every rule. */
const STARTS = 3
const SETTLED_MS = 4000
const WATCH_MS = 6000

/** |difference| of every pair once a start has settled, for several starts: what rules are compared by. */
export async function settledErrors(group: Group): Promise<number[]> {
  const errors: number[] = []
  for (let start = 0; start < STARTS; start++) {
    if (start > 0) await group.pause()
    await after(1200)
    await group.play()
    await after(SETTLED_MS)
    const listening = await listen(group.pages)
    const fromMs = performance.now()
    errors.push(...pairErrors(await record(listening, WATCH_MS), fromMs, fromMs + WATCH_MS))
  }
  return errors
}

/** The last page is loaded anew and comes in while the others play. */
async function comeIn(group: Group): Promise<FrameResult['comings'][number]> {
  const staying = await listen(group.pages.slice(0, -1))
  const reloadedMs = performance.now()
  const joining = record(staying, JOIN_MS)
  const askedMs = await group.rejoin()
  const coming = await listen(group.pages.slice(-1))
  const last = await record(coming, Math.max(4000, reloadedMs + JOIN_MS - performance.now()))
  const frames = [...(await joining), ...last]
  return {
    convergedMs: convergedAfterMs(frames, askedMs, reloadedMs + JOIN_MS, TOGETHER_MS),
    pageLoadMs: askedMs - reloadedMs,
  }
}

/** Until all are together at another place. */
async function seekAway(group: Group, toSeconds: number): Promise<number> {
  const listening = await listen(group.pages)
  const soughtMs = performance.now()
  const recording = record(listening, SEEK_MS)
  await group.seek(toSeconds)
  return convergedAfterMs(await recording, soughtMs, soughtMs + SEEK_MS, TOGETHER_MS)
}

export async function measure(group: Group): Promise<FrameResult> {
  const { pages } = group
  const skews = await commandSkews(group)
  await after(1500)
  const listening = await listen(pages)
  const fromMs = performance.now()
  const steady = await record(listening, PLAY_MS)
  const toMs = fromMs + PLAY_MS
  const inChromium = steady.filter((_, i) => pages[i]?.engine === 'chromium')
  const members = steady.map((frames, i) => {
    const errors = ownErrors(frames, group.targetSeconds, fromMs, toMs)
    const [p5 = 0, p50 = 0, p95 = 0] = [5, 50, 95].map((p) => percentile(errors, p))
    return { engine: pages[i]?.engine ?? '', p5, p50, p95 }
  })

  const seeksConvergedMs: number[] = []
  for (const part of SEEK_TO) seeksConvergedMs.push(await seekAway(group, part * FILM_SECONDS))
  const comings: { convergedMs: number; pageLoadMs: number }[] = []
  for (let n = 0; n < COMINGS; n++) comings.push(await comeIn(group))
  return {
    pairErrors: pairErrors(steady, fromMs, toMs),
    chromiumPairErrors: pairErrors(inChromium, fromMs, toMs),
    members,
    skews,
    seeksConvergedMs,
    comings,
  }
}

/** Whoever never came near counts as the worst. */
const secondsOf = (convergedMs: readonly number[]): number[] =>
  convergedMs.map((ms) => (Number.isNaN(ms) ? Infinity : ms / 1000))
const cameSeconds = ({ comings }: FrameResult): number[] => secondsOf(comings.map((c) => c.convergedMs))

export const summary = (result: FrameResult) => ({
  pair_error_ms: {
    p50: percentile(result.pairErrors, 50),
    p95: percentile(result.pairErrors, 95),
    max: percentile(result.pairErrors, 100),
  },
  pair_error_two_chromium_ms_p95: percentile(result.chromiumPairErrors, 95),
  behind_timeline_ms: result.members,
  converge_after_join_s: percentile(cameSeconds(result), 50),
  converge_after_join_s_each: cameSeconds(result),
  page_load_before_join_s: percentile(
    result.comings.map((c) => c.pageLoadMs / 1000),
    50,
  ),
  converge_after_seek_s: percentile(secondsOf(result.seeksConvergedMs), 50),
  converge_after_seek_s_each: secondsOf(result.seeksConvergedMs),
  command_skew_ms_p95: percentile(Object.values(result.skews).flat(2), 95),
  command_skew_ms: Object.fromEntries(
    Object.entries(result.skews).map(([command, times]) => [
      command,
      { p50: percentile(times.flat(), 50), p95: percentile(times.flat(), 95) },
    ]),
  ),
  first_start_skew_ms: Math.max(...(result.skews.play[0] ?? [])),
})
