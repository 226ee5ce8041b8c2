// The frame part of the bench: one film and three browsers for our party, for two peers' rules and for the check by screenshots.
import { join } from 'node:path'
import { filmFolder } from '../../tests/support/party-pages.ts'
import { hasFirefox } from '../../tests/support/firefox.ts'
import { type BenchPage, openChromium, openFirefox } from '../../tests/support/party-browsers.ts'
import { percentile } from './frame-error.ts'
import { FILM_SECONDS, measure, settledErrors, summary } from './frames.ts'
import { partyGroup, ruleGroup } from './group.ts'
import type { Rule } from './rule-page.ts'
import { compareScreenshots } from './screenshots.ts'

const RUNS = ['ours', 'screenshots', 'jellyfin', 'syncplay'] as const
type Run = (typeof RUNS)[number]
const COMPARED_ROUNDS = 2

const openPages = (): Promise<BenchPage[]> =>
  Promise.all([
    openChromium(),
    openChromium(),
    hasFirefox && process.env.BENCH_FIREFOX !== '0' ? openFirefox() : openChromium(),
  ])

const noted = (line: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${line}`)

export async function measureFrames(which: string = RUNS.join(',')) {
  const wanted = new Set(which.split(','))
  const unknown = [...wanted].filter((name) => !RUNS.includes(name as Run))
  if (unknown.length > 0) throw new Error(`Of --frames there are: ${RUNS.join(', ')}.`)
  await using stack = new AsyncDisposableStack()
  const [folder, pages] = await Promise.all([filmFolder(FILM_SECONDS), openPages()])
  for (const page of pages) stack.use(page)

  const result: Record<string, unknown> = {}
  if (wanted.has('ours')) {
    await using group = await partyGroup(pages, folder)
    noted('ours: measuring')
    const ours = await measure(group)
    const starts = ours.skews.play.map((s) => s.map(Math.round))
    const pauses = ours.skews.pause.map((s) => s.map(Math.round))
    Object.assign(result, summary(ours))
    noted(`ours: ${JSON.stringify({ ...result, play_skews_ms: starts, pause_skews_ms: pauses })}`)
  }
  if (wanted.has('screenshots')) {
    await using group = await partyGroup(pages, folder)
    Object.assign(result, await compareScreenshots(group))
  }
  const rules = (['jellyfin', 'syncplay'] as const).filter((rule) => wanted.has(rule))
  if (rules.length > 0) Object.assign(result, await compareRules(pages, folder, rules))
  return result
}

/** In turns, so that what else the machine does falls on all alike, and on the same delays. */
async function compareRules(
  pages: readonly BenchPage[],
  folder: string,
  rules: readonly Rule[],
): Promise<Record<string, unknown>> {
  const errors: Record<string, number[]> = {}
  for (let round = 0; round < COMPARED_ROUNDS; round++)
    for (const name of ['ours', ...rules] as const) {
      await using group = await (name === 'ours'
        ? partyGroup(pages, folder, round)
        : ruleGroup(pages, name, join(folder, 'Together (2020).mp4'), round))
      const settled = await settledErrors(group)
      noted(`${name}, round ${round + 1}: ${percentile(settled, 95).toFixed(1)} ms at the 95th percentile`)
      ;(errors[name] ??= []).push(...settled)
    }
  const p95 = (name: string): number => percentile(errors[name] ?? [], 95)
  return {
    compared_pair_error_ms_p95: Object.fromEntries(Object.keys(errors).map((name) => [name, p95(name)])),
    ...Object.fromEntries(rules.map((rule) => [`pair_error_vs_${rule}_rule`, p95('ours') / p95(rule)])),
  }
}
