// Watch parties measured: frames of real browsers on bad paths, the same under two peers' rules, and members under load.
import { measureFrames } from './party/frame-runs.ts'
import { measureLoad, serve } from './party/load.ts'

/**
 * `--frames` or `--load` measures that part alone; `--frames=ours,jellyfin` only these of `ours`, `jellyfin`, `syncplay`
 * and `screenshots`; `--members=500` makes the load smaller.
 */
export async function run(args: readonly string[]): Promise<void> {
  if (args.includes('--serve')) return serve()
  const frames = args.find((a) => a === '--frames' || a.startsWith('--frames='))
  const wantsAll = frames === undefined && !args.includes('--load')
  const result: Record<string, unknown> = {}
  if (wantsAll || frames !== undefined) Object.assign(result, await measureFrames(frames?.split('=')[1]))
  if (wantsAll || args.includes('--load')) Object.assign(result, await measureLoad(args))
  console.log(args.includes('--json') ? JSON.stringify(result) : result)
}
