// Watch parties measured: frames of real browsers on bad paths, the same under two peers' rules, and members under load.
import { measureFrames } from './party/frame-runs.ts'
import { measureLoad } from './party/load.ts'

/**
 * `--frames` or `--load` measures that part alone; `--frames=ours,screenshots` only these of `ours`, `screenshots`,
 * `jellyfin` and `syncplay`, of which the last two are compared with ours in turns; `--members=500 --big=100` makes the
 * load smaller; `--soak` lets members come and go for `--seconds=60`, prints what the server still holds after each
 * round and, also when it is cut off, how that grows.
 */
export async function run(args: readonly string[]): Promise<void> {
  const frames = args.find((a) => a === '--frames' || a.startsWith('--frames='))
  const wantsLoad = args.includes('--load') || args.includes('--soak')
  const wantsAll = frames === undefined && !wantsLoad
  const result: Record<string, unknown> = {}
  if (wantsAll || frames !== undefined) Object.assign(result, await measureFrames(frames?.split('=')[1]))
  if (wantsAll || wantsLoad) Object.assign(result, await measureLoad(args))
  console.log(args.includes('--json') ? JSON.stringify(result) : result)
}
