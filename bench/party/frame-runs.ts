// The frame part of the bench: one film and three browsers for our party, for two peers' rules and for the check by screenshots.
import { createFilmFolder } from '../../tests/support/party-pages.ts'
import { hasFirefox } from '../../tests/support/firefox.ts'
import { type BenchPage, openChromium, openFirefox } from '../../tests/support/party-browsers.ts'
import { percentile } from './frame-error.ts'
import { FILM_SECONDS, type FrameResult, measure, summary } from './frames.ts'
import { type Group, partyGroup, ruleGroup } from './group.ts'
import { compareScreenshots } from './screenshots.ts'

const RUNS = ['ours', 'screenshots', 'jellyfin', 'syncplay'] as const
type Run = (typeof RUNS)[number]

const openPages = (): Promise<BenchPage[]> =>
  Promise.all([
    openChromium(),
    openChromium(),
    hasFirefox && process.env.BENCH_FIREFOX !== '0' ? openFirefox() : openChromium(),
  ])

const p95 = (result: FrameResult): number => percentile(result.pairErrors, 95)
const noted = (line: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${line}`)

export async function measureFrames(which: string = RUNS.join(',')) {
  const wanted = new Set(which.split(','))
  const unknown = [...wanted].filter((name) => !RUNS.includes(name as Run))
  if (unknown.length > 0) throw new Error(`Of --frames there are: ${RUNS.join(', ')}.`)
  await using stack = new AsyncDisposableStack()
  const [film, pages] = await Promise.all([createFilmFolder(FILM_SECONDS), openPages()])
  stack.use(film)
  for (const page of pages) stack.use(page)
  const filmPath = `${film.folder}/Together (2020).mp4`

  const run = async (name: string, open: () => Promise<Group>): Promise<FrameResult> => {
    await using group = await open()
    noted(`${name}: measuring`)
    const result = await measure(group)
    noted(
      `${name}: ${JSON.stringify({ ...summary(result), play_skews_ms: result.skews.play.map((s) => s.map(Math.round)) })}`,
    )
    return result
  }
  const result: Record<string, unknown> = {}
  const ours = wanted.has('ours') ? await run('ours', () => partyGroup(pages, film.folder)) : null
  if (ours) Object.assign(result, summary(ours))
  if (wanted.has('screenshots')) {
    await using group = await partyGroup(pages, film.folder)
    Object.assign(result, await compareScreenshots(group))
  }
  for (const rule of ['jellyfin', 'syncplay'] as const) {
    if (!wanted.has(rule)) continue
    const theirs = await run(rule, () => ruleGroup(pages, rule, filmPath))
    result[`${rule}_rule_pair_error_ms_p95`] = p95(theirs)
    if (ours) result[`pair_error_vs_${rule}_rule`] = p95(ours) / p95(theirs)
  }
  return result
}
