// What the processes of one installation say of themselves: how they are, what they play, the last lines of their logs.
import type { LogLine } from '#shared/api/admin-logs.ts'
import type { Status } from '#shared/api/admin.ts'
import type { Coordination } from '../platform/coordination/coordination.ts'
import { createGathering } from '../platform/coordination/gathering.ts'
import type { LogBook, LogQuestion } from '../platform/log-book.ts'

/** One process knows of a playback from its start, others from the viewer's later requests. */
export type SeenPlayback = Status['playbacks'][number] & { seenAtMs: number }

type Report = { process: Status['processes'][number]; playbacks: SeenPlayback[] }

export type ProcessesDeps = {
  coordination: Pick<Coordination, 'signal' | 'onSignal'>
  self: Omit<Status['processes'][number], 'memoryBytes'>
  playbacks: () => SeenPlayback[]
  book: LogBook
}

/** Each playback once, as whoever saw it last has it; the newest first. */
export function mergePlaybacks(all: readonly (readonly SeenPlayback[])[]): Status['playbacks'] {
  const newest = new Map<string, SeenPlayback>()
  for (const one of all.flat())
    if (one.seenAtMs >= (newest.get(one.id)?.seenAtMs ?? 0)) newest.set(one.id, one)
  return [...newest.values()].toSorted((a, b) => b.startedAtMs - a.startedAtMs)
}

export async function createProcesses({ coordination, self, playbacks, book }: ProcessesDeps) {
  await using stack = new AsyncDisposableStack()
  const reports = stack.use(
    await createGathering({
      coordination,
      topic: 'process-reports',
      answer: (): Report => ({
        process: { ...self, memoryBytes: process.memoryUsage.rss() },
        playbacks: playbacks(),
      }),
    }),
  )
  const logs = stack.use(
    await createGathering({
      coordination,
      topic: 'log-lines',
      answer: (question: LogQuestion): LogLine[] =>
        book.lines(question).map(({ number, ...line }) => ({
          id: `${self.name} ${number}`,
          process: self.name,
          ...line,
        })),
    }),
  )
  const parts = stack.move()
  return {
    async all(): Promise<Pick<Status, 'processes' | 'playbacks'>> {
      const said = await reports.ask(null)
      return {
        processes: said.map((report) => report.process).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
        playbacks: mergePlaybacks(said.map((report) => report.playbacks)),
      }
    },
    /** The newest first. Clocks of machines differ a little: within one process the order is certain. */
    async logs(question: LogQuestion): Promise<LogLine[]> {
      const lines = (await logs.ask(question)).flat()
      return lines.toSorted((a, b) => b.atMs - a.atMs).slice(0, question.limit)
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}
export type Processes = Awaited<ReturnType<typeof createProcesses>>
