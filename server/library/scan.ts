// One scan run: walk beside the rows, settle what moved or went, probe what is new, tell the catalogue.
import { announceAll, probeAll } from './scan-probe.ts'
import { type Found, lookAt } from './scan-look.ts'
import { settleGone, settleMoves } from './scan-settle.ts'
import { besideSubtitles } from './sidecars.ts'
import type { ScanDeps, ScanEnd, ScanRun } from './scan-run.ts'

/** A file touched this recently may still be growing: it is looked at twice. */
const SETTLE_MS = 2000
/** How long a gone file's row, and with it its id and streams, is kept. */
const GRACE_MS = 30 * 24 * 3_600_000

export async function scan(deps: ScanDeps, asked: ScanRun): Promise<ScanEnd> {
  const { store, clock } = deps
  // Subtitles in a folder of their own belong to films beside it.
  const run = { ...asked, subPath: besideSubtitles(asked.subPath) }
  const { progress } = run
  const startedAt = clock.monotonicMs()
  const report = () => {
    const seconds = (clock.monotonicMs() - startedAt) / 1000
    const done =
      progress.phase === 'probe' || progress.phase === 'done' ? progress.probesDone : progress.filesSeen
    progress.filesPerSecond = seconds > 0 ? Math.round((done / seconds) * 10) / 10 : 0
    run.report(progress)
  }

  progress.phase = 'walk'
  report()
  const parts: Found[] = []
  for (const folder of await store.folders(run.libraryId))
    parts.push(await lookAt({ ...deps, settleMs: deps.settleMs ?? SETTLE_MS }, run, folder, report))

  progress.phase = 'rows'
  report()
  await settleMoves(store, run, parts)
  for (const part of parts) await settleGone(deps, run, part)
  const forgotten = await store.forgetGoneBefore(run.libraryId, clock.nowMs() - GRACE_MS)
  report()
  if (parts.some(({ rowsBefore }) => rowsBefore > 0)) await announceAll(deps, run)

  progress.phase = 'probe'
  progress.probesTotal = await store.countPending(run.libraryId)
  report()
  const isStill = await probeAll(deps, run, report)

  progress.phase = 'identify'
  report()
  await announceAll(deps, run)
  return { isUnsettled: !isStill || parts.some(({ isGrowing }) => isGrowing), forgotten }
}
