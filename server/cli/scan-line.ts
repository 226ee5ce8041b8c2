// What a scan is doing, for the terminal: one line that changes in place, or a log line now and then.
import type { ScanProgress } from '#shared/api/library.ts'
import { CLEAR_LINE, type Log } from '../platform/log.ts'

const REDRAW_MS = 100
const LOG_EVERY_MS = 30_000

const filesText = (count: number): string => `${count} ${count === 1 ? 'file' : 'files'}`

/** One line of words (pure). */
export function scanLine(progress: ScanProgress, name: string): string {
  const { phase, filesSeen, probesDone, probesTotal, filesPerSecond, filesBroken, message } = progress
  const rate = filesPerSecond > 0 ? `, ${Math.round(filesPerSecond)} a second` : ''
  const broken = filesBroken > 0 ? `, ${filesBroken} broken` : ''
  if (phase === 'done') return `${name}: ${filesText(filesSeen)}${broken}.${message ? ` ${message}` : ''}`
  if (phase === 'failed') return `${name}: ${message ?? 'the scan failed.'}`
  if (phase === 'probe') return `${name}: reading ${probesDone} of ${probesTotal}${rate}${broken}`
  if (phase === 'walk') return `${name}: looking for files, ${filesSeen} so far${rate}`
  return `${name}: ${phase === 'queued' ? 'waiting' : 'sorting'}, ${filesText(filesSeen)}`
}

export type Terminal = { isTTY?: boolean; columns?: number; write: (text: string) => unknown }

export function createScanLine(out: Terminal, log: Log, nowMs: () => number) {
  const last = new Map<string, { atMs: number; phase: string }>()
  /** Libraries whose first scan was told of to its end. */
  const told = new Set<string>()
  return (progress: ScanProgress, name: string): void => {
    const before = last.get(progress.libraryId)
    const isOver = progress.finishedAtMs !== null
    const everyMs = out.isTTY ? REDRAW_MS : LOG_EVERY_MS
    if (
      !isOver &&
      before &&
      nowMs() - before.atMs < everyMs &&
      (out.isTTY !== true || before.phase === progress.phase)
    )
      return
    if (isOver) last.delete(progress.libraryId)
    else last.set(progress.libraryId, { atMs: nowMs(), phase: progress.phase })
    // Nothing new is no news: a rescan every half day would fill the log.
    const isNews = progress.filesAdded + progress.filesChanged + progress.filesMoved + progress.filesGone > 0
    const text = scanLine(progress, name)
    if (out.isTTY === true) {
      const isRepeated = isOver && !isNews && progress.phase === 'done' && told.has(progress.libraryId)
      if (isOver) told.add(progress.libraryId)
      if (isRepeated) out.write(CLEAR_LINE)
      else if (isOver || isNews || progress.phase !== 'queued')
        out.write(`${CLEAR_LINE}  ${text.slice(0, (out.columns ?? 80) - 3)}${isOver ? '\n' : ''}`)
    } else if (isNews || (isOver && progress.phase === 'failed'))
      log.info({ libraryId: progress.libraryId }, text)
  }
}
