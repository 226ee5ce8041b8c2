// Real browsers on bad paths in one party: how far apart their frames are, how fast they come together.
import { setTimeout as after } from 'node:timers/promises'
import { createParty } from '../../shared/api/party.ts'
import { createTestApp } from '../../tests/support/app.ts'
import {
  type FrameNote,
  clockOffsetMs,
  createFilmFolder,
  firstTitle,
  takeFrames,
} from '../../tests/support/party-pages.ts'
import { type BenchPage, hasFirefox, openChromium, openFirefox } from './browsers.ts'
import { convergedAfterMs, pairErrors, percentile, startedAtMs } from './frame-error.ts'
import { BAD_PATH, type Path, createProxy } from './proxy.ts'
import { type Rule, createRuleServer } from './rule-page.ts'

export const FILM_SECONDS = 240
/** Together is what the target says. */
const TOGETHER_MS = 40
const PLAY_MS = 20_000
const STARTS = 5

/** What a harness does with its group, whatever rule it follows. */
type Group = {
  pages: readonly BenchPage[]
  play: () => Promise<void>
  pause: () => Promise<void>
  seek: (positionSeconds: number) => Promise<void>
  /** The last page comes in anew. */
  rejoin: () => Promise<void>
}

export type FrameResult = {
  pairErrors: number[]
  chromiumPairErrors: number[]
  commandSkews: number[]
  convergeAfterSeekMs: number
  convergeAfterJoinMs: number
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

export async function measure(group: Group): Promise<FrameResult> {
  const { pages } = group
  const commandSkews: number[] = []
  for (let i = 0; i < STARTS; i++) {
    await after(1500)
    const rests = await Promise.all(
      pages.map((p) => p.evaluate<number>("document.querySelector('video').currentTime")),
    )
    await fresh(pages)
    const fromMs = performance.now()
    await group.play()
    const frames = await record(pages, 2500)
    const starts = frames.map((f, n) => startedAtMs(f, rests[n] ?? 0, fromMs)).filter((at) => at !== null)
    for (const [n, a] of starts.entries())
      for (const b of starts.slice(n + 1)) commandSkews.push(Math.abs(a - b))
    if (i < STARTS - 1) await group.pause()
  }
  await after(3000)
  await fresh(pages)
  const fromMs = performance.now()
  const steady = await record(pages, PLAY_MS)
  const toMs = fromMs + PLAY_MS
  const inChromium = steady.filter((_, i) => pages[i]?.engine === 'chromium')

  await fresh(pages)
  const soughtMs = performance.now()
  await group.seek(FILM_SECONDS / 2)
  const sought = await record(pages, 9000)
  await fresh(pages)
  const rejoinedMs = performance.now()
  const joining = record(pages.slice(0, -1), 11_000)
  await group.rejoin()
  const last = await record(pages.slice(-1), 9000)
  const joined = [...(await joining), ...last]
  return {
    pairErrors: pairErrors(steady, fromMs, toMs),
    chromiumPairErrors: pairErrors(inChromium, fromMs, toMs),
    commandSkews,
    convergeAfterSeekMs: convergedAfterMs(sought, soughtMs, soughtMs + 8000, TOGETHER_MS),
    convergeAfterJoinMs: convergedAfterMs(joined, rejoinedMs, rejoinedMs + 9000, TOGETHER_MS),
  }
}

async function openPages(): Promise<BenchPage[]> {
  const pages = [await openChromium(), await openChromium()]
  return hasFirefox && process.env.BENCH_FIREFOX !== '0'
    ? [...pages, await openFirefox()]
    : [...pages, await openChromium()]
}

const ENTER =
  "[...document.querySelectorAll('button')].find((b) => /ready|join the film/i.test(b.textContent))"

async function until(page: BenchPage, what: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await page.evaluate<boolean>(`Boolean(${what})`)) return
    await after(100)
  }
  throw new Error(`A page never showed ${what}.`)
}

export async function measureOurs(path: Path = BAD_PATH): Promise<FrameResult> {
  await using stack = new AsyncDisposableStack()
  const film = stack.use(await createFilmFolder(FILM_SECONDS))
  const webFolder = process.env.BENCH_WEB
  const server = stack.use(await createTestApp({ folders: [film.folder], ...(webFolder && { webFolder }) }))
  const owner = await server.owner()
  const party = await owner.call(createParty, { body: { titleId: await firstTitle(owner) } })
  const pages = await openPages()
  for (const page of pages) stack.use(page)
  const enter = async (page: BenchPage): Promise<void> => {
    await until(page, ENTER)
    await page.evaluate(`${ENTER}.click()`)
  }
  for (const [i, page] of pages.entries()) {
    const proxy = stack.use(await createProxy(server.app.port, path))
    const url = `http://127.0.0.1:${proxy.port}`
    for (const [name, value] of owner.cookies) await page.cookie(url, name, decodeURIComponent(value))
    await page.goto(`${url}/w/${party.code}?member=${i}`)
    await enter(page)
    await until(page, "document.querySelector('video')?.readyState >= 3")
  }
  const [host, , last] = pages
  if (!host || !last) throw new Error('Three browsers are needed.')
  await after(2000)
  return await measure({
    pages,
    play: () => host.key('k'),
    pause: () => host.key('k'),
    seek: () => host.key('5'),
    rejoin: async () => {
      await last.reload()
      await enter(last)
    },
  })
}

export async function measureRule(rule: Rule, path: Path = BAD_PATH): Promise<FrameResult> {
  await using stack = new AsyncDisposableStack()
  const film = stack.use(await createFilmFolder(FILM_SECONDS))
  const server = stack.use(await createRuleServer(rule, `${film.folder}/Together (2020).mp4`))
  const pages = await openPages()
  for (const page of pages) {
    stack.use(page)
    const proxy = stack.use(await createProxy(server.port, path))
    await page.goto(`http://127.0.0.1:${proxy.port}/`)
    await until(page, "document.querySelector('video')?.readyState >= 3")
  }
  await after(4500)
  // SyncPlay schedules by twice the worst ping, at least half a second; Syncplay tells and hopes.
  const leadMs = rule === 'jellyfin' ? 500 : 0
  let shared = { playing: false, positionSeconds: 0, atMs: 0 }
  const say = (playing: boolean, positionSeconds?: number): void => {
    const now = performance.now()
    const at = shared.positionSeconds + (shared.playing ? Math.max(0, now - shared.atMs) / 1000 : 0)
    shared = { playing, positionSeconds: positionSeconds ?? at, atMs: now + (playing ? leadMs : 0) }
    server.send(shared)
  }
  return await measure({
    pages,
    play: async () => say(true),
    pause: async () => say(false),
    seek: async (positionSeconds) => say(true, positionSeconds),
    rejoin: async () => {
      await pages.at(-1)?.reload()
      await after(1000)
      say(shared.playing)
    },
  })
}

export const summary = (result: FrameResult) => ({
  pair_error_ms: {
    p50: percentile(result.pairErrors, 50),
    p95: percentile(result.pairErrors, 95),
    max: percentile(result.pairErrors, 100),
  },
  pair_error_two_chromium_ms_p95: percentile(result.chromiumPairErrors, 95),
  converge_after_join_s: result.convergeAfterJoinMs / 1000,
  converge_after_seek_s: result.convergeAfterSeekMs / 1000,
  command_skew_ms_p95: percentile(result.commandSkews, 95),
})
