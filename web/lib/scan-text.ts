// What a scan says of itself: its share done and how long it will take yet.
import type { ScanProgress } from '#shared/api/library.ts'

export const isRunning = (scan: ScanProgress | null): boolean =>
  scan !== null && scan.phase !== 'done' && scan.phase !== 'failed'

/** 0 to 1; null while it is not known how much there is. */
export const scanShare = ({ phase, probesDone, probesTotal }: ScanProgress): number | null => {
  if (phase === 'done') return 1
  if (phase !== 'probe' && phase !== 'identify') return null
  return probesTotal > 0 ? Math.min(1, probesDone / probesTotal) : null
}

export const secondsLeft = ({
  probesDone,
  probesTotal,
  filesPerSecond,
  phase,
}: ScanProgress): number | null =>
  phase === 'probe' && filesPerSecond > 0 ? Math.max(0, (probesTotal - probesDone) / filesPerSecond) : null
