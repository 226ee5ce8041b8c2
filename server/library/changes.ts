// What is on disk against what the rows say, both in the order of paths: added, changed, back, missed (pure).
import { comparePaths, isBelow } from './path-order.ts'
import type { Sidecar } from './sidecars.ts'
import type { SeenFile, Walked } from './walked.ts'

export type KnownFile = SeenFile & {
  id: string
  fingerprint: string
  isOffline: boolean
  /** The last walk did not meet it. */
  isMissed: boolean
}
export type KnownSidecar = Sidecar & { id: string }
export type Pair = { row: KnownFile; file: SeenFile }

/** What a batch of a walk says of the rows that it passed. */
export type Step = {
  filesSeen: number
  rowsPassed: number
  onlinePassed: number
  /** It is there without a row. */
  added: SeenFile[]
  /** Size or time are other ones. */
  changed: Pair[]
  /** Size and time are the same, but it is another file on disk: swapped, or only copied over. */
  doubtful: Pair[]
  /** Offline or missed until now, and here again as it was. */
  back: KnownFile[]
  /** A row that the walk did not meet where it would have had to. */
  missed: KnownFile[]
  unreadable: string[]
  sidecarsAdded: Sidecar[]
  sidecarsGone: KnownSidecar[]
}

/** The number alone: disks get other device numbers when they are mounted again. */
const numberOf = (inode: string) => inode.slice(inode.indexOf(':') + 1)
const hasSameNumber = (row: SeenFile, file: SeenFile) =>
  row.inode === file.inode || numberOf(row.inode) === numberOf(file.inode)

const hasSameStat = (row: SeenFile, file: SeenFile) =>
  row.sizeBytes === file.sizeBytes && row.modifiedAtMs === file.modifiedAtMs

const isSameSidecar = (a: Sidecar, b: Sidecar) =>
  a.mediaPath === b.mediaPath &&
  a.language === b.language &&
  a.isForced === b.isForced &&
  a.isHearingImpaired === b.isHearingImpaired

/** Rows that a step passes at most, or a page more. */
const STEP_ROWS = 1000

/** Rows in the order of their paths, handed out as the walk comes by; no more than a page of them is held. */
class Passing<Row extends { relativePath: string }> {
  readonly #pages: AsyncIterator<Row[]>
  #page: Row[] = []
  #next = 0

  constructor(pages: AsyncIterable<Row[]>) {
    this.#pages = pages[Symbol.asyncIterator]()
  }

  /** The next row, where it is of this path. Null: only `passTo` can tell. */
  takeNext(path: string): Row | null {
    const row = this.#page[this.#next]
    if (row?.relativePath !== path) return null
    this.#next += 1
    return row
  }

  /**
   * Rows before `path` (null: all that are left) go to `onPassed`; the one of this very path comes back. `page`: go on,
   * it was only the end of a page.
   */
  async passTo(path: string | null, onPassed: (row: Row) => void): Promise<Row | null | 'page'> {
    for (;;) {
      const row = this.#page[this.#next]
      if (row === undefined) {
        const more = await this.#pages.next()
        if (more.done) return null
        this.#page = more.value
        this.#next = 0
        return 'page'
      }
      const order = path === null ? -1 : comparePaths(row.relativePath, path)
      if (order > 0) return null
      this.#next += 1
      if (order === 0) return row
      onPassed(row)
    }
  }
}

/**
 * Lays the walk beside the rows, one step for each batch and a last one for the rows behind it. Whoever adds rows
 * meanwhile adds them before the place that a step has reached, so that they are not met again.
 */
export async function* compare(
  known: { files: AsyncIterable<KnownFile[]>; sidecars: AsyncIterable<KnownSidecar[]> },
  walked: AsyncIterable<Walked[]>,
): AsyncGenerator<Step> {
  const files = new Passing(known.files)
  const sidecars = new Passing(known.sidecars)
  let closedFolder: string | null = null
  let step = newStep()

  const isUnknown = (path: string) =>
    closedFolder !== null && closedFolder !== '' && isBelow(path, closedFolder)
  const onMissed = (row: KnownFile) => {
    count(step, row)
    if (!isUnknown(row.relativePath)) step.missed.push(row)
  }
  const onSidecarGone = (row: KnownSidecar) => {
    // Where nothing could be listed nothing is known of subtitles either.
    if (closedFolder !== '' && !isUnknown(row.relativePath)) step.sidecarsGone.push(row)
  }

  /** As `passTo`, in steps: a whole disk that is gone is not held in memory either. */
  async function* pass<Row extends { relativePath: string }>(
    rows: Passing<Row>,
    path: string | null,
    onPassed: (row: Row) => void,
  ): AsyncGenerator<Step, Row | null> {
    for (;;) {
      const row = await rows.passTo(path, onPassed)
      if (row !== 'page') return row
      if (step.rowsPassed < STEP_ROWS) continue
      yield step
      step = newStep()
    }
  }

  for await (const batch of walked) {
    for (const one of batch) {
      if (one.kind === 'media') {
        const { file } = one
        const path = file.relativePath
        const row = files.takeNext(path) ?? (yield* pass(files, path, onMissed))
        step.filesSeen += 1
        if (row) judge(step, row, file)
        else step.added.push(file)
      } else if (one.kind === 'sidecar') {
        const { sidecar } = one
        const path = sidecar.relativePath
        const row = sidecars.takeNext(path) ?? (yield* pass(sidecars, path, onSidecarGone))
        if (row && isSameSidecar(row, sidecar)) continue
        if (row) step.sidecarsGone.push(row)
        step.sidecarsAdded.push(sidecar)
      } else {
        const { relativePath } = one
        // Rows before it are judged by what was closed before it.
        if (relativePath !== '') {
          yield* pass(files, `${relativePath}/`, onMissed)
          yield* pass(sidecars, `${relativePath}/`, onSidecarGone)
        }
        closedFolder = relativePath
        step.unreadable.push(relativePath)
      }
    }
    yield step
    step = newStep()
  }
  yield* pass(files, null, onMissed)
  yield* pass(sidecars, null, onSidecarGone)
  yield step
}

function count(step: Step, row: KnownFile): void {
  step.rowsPassed += 1
  if (!row.isOffline) step.onlinePassed += 1
}

function judge(step: Step, row: KnownFile, file: SeenFile): void {
  count(step, row)
  if (!hasSameStat(row, file)) step.changed.push({ row, file })
  else if (!hasSameNumber(row, file)) step.doubtful.push({ row, file })
  else if (row.isOffline || row.isMissed) step.back.push(row)
}

const newStep = (): Step => ({
  filesSeen: 0,
  rowsPassed: 0,
  onlinePassed: 0,
  added: [],
  changed: [],
  doubtful: [],
  back: [],
  missed: [],
  unreadable: [],
  sidecarsAdded: [],
  sidecarsGone: [],
})

/** More than this share gone at once looks like an unplugged disk; below the floor, like tidying up. */
const SUSPICIOUS_SHARE = 0.2
const SUSPICIOUS_FLOOR = 4

/** An empty mount point or an unplugged disk, rather than files that somebody deleted. */
export const looksUnmounted = (onlineBefore: number, gone: number, seen: number): boolean =>
  gone > 0 && (seen === 0 || (gone > SUSPICIOUS_FLOOR && gone > onlineBefore * SUSPICIOUS_SHARE))
