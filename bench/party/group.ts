// A group of browsers on bad paths, whatever rule it follows: in a party of ours, or on the page of a peer's rule.
import { setTimeout as after } from 'node:timers/promises'
import { createParty } from '../../shared/api/party.ts'
import { createTestApp } from '../../tests/support/app.ts'
import { firstTitle } from '../../tests/support/party-pages.ts'
import { createMember } from '../../tests/support/socket-pair.ts'
import type { BenchPage } from '../../tests/support/party-browsers.ts'
import { createProxy } from './proxy.ts'
import { type Rule, createRuleServer } from './rule-page.ts'

export type Group = AsyncDisposable & {
  pages: readonly BenchPage[]
  play: () => Promise<void>
  pause: () => Promise<void>
  seek: (positionSeconds: number) => Promise<void>
  /** The last page comes in anew; when its person asked to. */
  rejoin: () => Promise<number>
  /** Where the authority says that playback is, at a time of this process' clock. */
  targetSeconds: (atMs: number) => number
}

const ENTER =
  "[...document.querySelectorAll('button')].find((b) => /ready|join the film/i.test(b.textContent))"

async function until(page: BenchPage, what: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await page.evaluate<boolean>(`Boolean(${what})`)) return
    await after(50)
  }
  throw new Error(`A page never showed ${what}.`)
}
const loaded = (page: BenchPage) => until(page, "document.querySelector('video')?.readyState >= 3")

/** Each member's delays, the same for all that is measured in one round. */
const seedOf = (round: number, member: number): number => 1 + round * 100 + member

export async function partyGroup(pages: readonly BenchPage[], filmFolder: string, round = 0): Promise<Group> {
  await using stack = new AsyncDisposableStack()
  const webFolder = process.env.BENCH_WEB
  const server = stack.use(
    await createTestApp({ folders: [filmFolder], isWarm: true, ...(webFolder && { webFolder }) }),
  )
  const owner = await server.owner()
  const party = await owner.call(createParty, { body: { titleId: await firstTitle(owner) } })
  const enter = async (page: BenchPage): Promise<void> => {
    await until(page, ENTER)
    await page.evaluate(`${ENTER}.click()`)
  }
  const open = async (page: BenchPage, i: number): Promise<void> => {
    const proxy = stack.use(await createProxy(server.app.port, seedOf(round, i)))
    const url = `http://127.0.0.1:${proxy.port}`
    for (const [name, value] of owner.cookies) await page.cookie(url, name, decodeURIComponent(value))
    await page.goto(`${url}/w/${party.code}?member=${i}`)
    await enter(page)
    await loaded(page)
  }
  await Promise.all(pages.map(open))
  // One more member beside the server says what the authority's timeline is.
  const witness = stack.use(createMember(server.url, owner.cookieHeader(), party.code))
  await witness.sees(() => witness.room.positionSeconds() !== null)
  const [host, last] = [pages[0], pages.at(-1)]
  if (!host || !last) throw new Error('Browsers are needed.')
  const seq = (): number => witness.room.view.get().state?.seq ?? 0
  await until(host, "document.querySelector('video') && !document.querySelector('video').seeking")
  await after(3000)
  const parts = stack.move()
  return {
    pages,
    play: () => host.key('k'),
    pause: () => host.key('k'),
    async seek(positionSeconds) {
      const before = seq()
      await witness.room.seek(positionSeconds)
      await witness.sees(({ state }) => (state?.seq ?? 0) > before)
    },
    async rejoin() {
      await last.reload()
      await until(last, ENTER)
      const askedMs = performance.now()
      await enter(last)
      return askedMs
    },
    targetSeconds: (atMs) => witness.room.positionSeconds(atMs) ?? Number.NaN,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}

export async function ruleGroup(
  pages: readonly BenchPage[],
  rule: Rule,
  filmPath: string,
  round = 0,
): Promise<Group> {
  await using stack = new AsyncDisposableStack()
  const server = stack.use(await createRuleServer(rule, filmPath))
  const open = async (page: BenchPage, i: number): Promise<void> => {
    const proxy = stack.use(await createProxy(server.port, seedOf(round, i)))
    await page.goto(`http://127.0.0.1:${proxy.port}/`)
    await loaded(page)
  }
  await Promise.all(pages.map(open))
  // Until the four greedy measurements of the clock are done.
  await after(5000)
  // SyncPlay schedules by twice the worst ping, at least half a second; Syncplay tells and hopes.
  const leadMs = rule === 'jellyfin' ? 500 : 0
  let shared = { playing: false, positionSeconds: 0, atMs: 0 }
  const targetSeconds = (atMs: number): number =>
    shared.positionSeconds + (shared.playing ? Math.max(0, atMs - shared.atMs) / 1000 : 0)
  const say = (playing: boolean, positionSeconds = targetSeconds(performance.now())): void => {
    shared = { playing, positionSeconds, atMs: performance.now() + (playing ? leadMs : 0) }
    server.send(shared)
  }
  const parts = stack.move()
  return {
    pages,
    play: async () => say(true),
    pause: async () => say(false),
    async seek(positionSeconds) {
      if (rule === 'syncplay') return say(true, positionSeconds)
      // A group that seeks rests there until all have said that they are ready.
      say(false, positionSeconds)
      await after(150)
      await Promise.all(pages.map(loaded))
      say(true)
    },
    async rejoin() {
      const last = pages.at(-1)
      await last?.reload()
      if (last) await loaded(last)
      await after(200)
      server.send(shared)
      return performance.now()
    },
    targetSeconds,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}
