// Watch parties measured: frames of real browsers on bad paths, the same under two peers' rules, and members under load.
import { type FrameResult, measureOurs, measureRule, summary } from './party/frames.ts'
import { measureLoad, serve } from './party/load.ts'
import { percentile } from './party/frame-error.ts'

const p95 = (result: FrameResult): number => percentile(result.pairErrors, 95)

/** `--frames` or `--load` measures that part alone; `--members=500` makes the load smaller. */
export async function run(args: readonly string[]): Promise<void> {
  if (args.includes('--serve')) return serve()
  const wantsAll = !args.includes('--frames') && !args.includes('--load')
  const result: Record<string, unknown> = {}
  if (wantsAll || args.includes('--frames')) {
    const ours = await measureOurs()
    const jellyfin = await measureRule('jellyfin')
    const syncplay = await measureRule('syncplay')
    Object.assign(result, summary(ours), {
      pair_error_vs_jellyfin_rule: p95(ours) / p95(jellyfin),
      pair_error_vs_syncplay_rule: p95(ours) / p95(syncplay),
    })
  }
  if (wantsAll || args.includes('--load')) Object.assign(result, await measureLoad(args))
  console.log(args.includes('--json') ? JSON.stringify(result) : result)
}
