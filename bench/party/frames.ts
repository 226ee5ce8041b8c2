// How far apart the frames of a group of browsers are, and how fast they come together.
import { setTimeout as after } from 'node:timers/promises'
import { type FrameNote, clockOffsetMs, takeFrames } from '../../tests/support/party-pages.ts'
import type { BenchPage } from './browsers.ts'
import { convergedAfterMs, ownErrors, pairErrors, percentile, startedAtMs } from './frame-error.ts'
import type { Group } from './group.ts'

export const FILM_SECONDS = 150
/** Together is what the target says. */
const TOGETHER_MS = 40
const PLAY_MS = 20_000
const STARTS = 10
const SEEK_MS = 6000
const JOIN_MS = 9000

export type FrameResult = {
  pairErrors: number[]
  chromiumPairErrors: number[]
  /** Each page's distance behind the authority's timeline. */
  members: { engine: string; p5: number; p50: number; p95: number }[]
  startSkews: number[][]
  convergeAfterSeekMs: number
  /** From asking to come in, on a page that was just loaded. */
  convergeAfterJoinMs: number
  pageLoadMs: number
}

/** Notes of every page on one clock, collected for as long as something is measured. */
async function record(pages: readonly BenchPage[], forMs: number): Promise<FrameNote[][]> {
  const frames: FrameNote[][] = pages.map(() => [])
  const untilMs = performance.now() + forMs
  const offsets = await Promise.all(pages.map((page) => clockOffsetMs(page)))
  while (performance.now() < untilMs) {
    await after(Math.min(1000, Math.max(0, untilMs - performance.now())))
    const taken = await Promise.all(pages.map((page, i) => takeFrames(page, offsets[i] ?? 0)))
    for (const [i, notes] of taken.entries()) frames[i]?.push(...notes)
  }
  return frames
}

const fresh = (pages: readonly BenchPage[]) => Promise.all(pages.map((p) => takeFrames(p, 0)))

/** How far apart the pictures began to move, pair by pair, at one start. */
async function startSkews(group: Group): Promise<number[]> {
  const rests = await Promise.all(
    group.pages.map((p) => p.evaluate<number>("document.querySelector('video').currentTime")),
  )
  await fresh(group.pages)
  const fromMs = performance.now()
  await group.play()
  const frames = await record(group.pages, 1800)
  const starts = frames.map((f, n) => startedAtMs(f, rests[n] ?? 0, fromMs)).filter((at) => at !== null)
  return starts.flatMap((a, n) => starts.slice(n + 1).map((b) => Math.abs(a - b)))
}

export async function measure(group: Group): Promise<FrameResult> {
  const { pages } = group
  const skews: number[][] = []
  for (let i = 0; i < STARTS; i++) {
    if (i > 0) await group.pause()
    await after(1200)
    skews.push(await startSkews(group))
  }
  await after(1500)
  await fresh(pages)
  const fromMs = performance.now()
  const steady = await record(pages, PLAY_MS)
  const toMs = fromMs + PLAY_MS
  const inChromium = steady.filter((_, i) => pages[i]?.engine === 'chromium')
  const members = steady.map((frames, i) => {
    const errors = ownErrors(frames, group.targetSeconds, fromMs, toMs)
    const [p5 = 0, p50 = 0, p95 = 0] = [5, 50, 95].map((p) => percentile(errors, p))
    return { engine: pages[i]?.engine ?? '', p5, p50, p95 }
  })

  await fresh(pages)
  const soughtMs = performance.now()
  const seeking = record(pages, SEEK_MS)
  await group.seek(FILM_SECONDS / 2)
  const sought = await seeking
  await fresh(pages)
  const reloadedMs = performance.now()
  const joining = record(pages.slice(0, -1), JOIN_MS)
  const askedMs = await group.rejoin()
  const last = await record(pages.slice(-1), Math.max(4000, reloadedMs + JOIN_MS - performance.now()))
  const joined = [...(await joining), ...last]
  return {
    pairErrors: pairErrors(steady, fromMs, toMs),
    chromiumPairErrors: pairErrors(inChromium, fromMs, toMs),
    members,
    startSkews: skews,
    convergeAfterSeekMs: convergedAfterMs(sought, soughtMs, soughtMs + SEEK_MS, TOGETHER_MS),
    convergeAfterJoinMs: convergedAfterMs(joined, askedMs, reloadedMs + JOIN_MS, TOGETHER_MS),
    pageLoadMs: askedMs - reloadedMs,
  }
}

export const summary = (result: FrameResult) => ({
  pair_error_ms: {
    p50: percentile(result.pairErrors, 50),
    p95: percentile(result.pairErrors, 95),
    max: percentile(result.pairErrors, 100),
  },
  pair_error_two_chromium_ms_p95: percentile(result.chromiumPairErrors, 95),
  behind_timeline_ms: result.members,
  converge_after_join_s: result.convergeAfterJoinMs / 1000,
  page_load_before_join_s: result.pageLoadMs / 1000,
  converge_after_seek_s: result.convergeAfterSeekMs / 1000,
  command_skew_ms_p95: percentile(result.startSkews.flat(), 95),
  first_start_skew_ms: Math.max(...(result.startSkews[0] ?? [])),
})
