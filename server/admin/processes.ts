// What the processes of one installation say of themselves: how they are, what they play, the last lines of their logs.
import { availableParallelism, freemem, hostname, loadavg, totalmem } from 'node:os'
import type { LogLine } from '#shared/api/admin-logs.ts'
import type { Status } from '#shared/api/admin.ts'
import type { Coordination } from '../platform/coordination/coordination.ts'
import { createGathering } from '../platform/coordination/gathering.ts'
import type { LogBook, LogQuestion } from '../platform/log-book.ts'

/** One process knows of a playback from its start, others from the viewer's later requests. */
export type SeenPlayback = Status['playbacks'][number] & { seenAtMs: number }

type Process = Status['processes'][number]
type Report = { process: Process; playbacks: SeenPlayback[] }

export type ProcessesDeps = {
  coordination: Pick<Coordination, 'signal' | 'onSignal'>
  self: Pick<Process, 'name' | 'role' | 'version' | 'startedAtMs'>
  /** What it does at this moment, beside playing. */
  doing: () => Pick<Process, 'jobs' | 'encodes' | 'sockets'>
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

const SAMPLE_MS = 5_000

/** How much of one core this process takes: of the last whole sample, of the time since the start before it. */
function sampleCpu(): Disposable & { share: () => number } {
  let [usage, atMs, share] = [process.cpuUsage(), performance.now(), 0]
  const sample = (): void => {
    const { user, system } = process.cpuUsage(usage)
    const now = performance.now()
    share = (user + system) / 1000 / Math.max(1, now - atMs)
    ;[usage, atMs] = [process.cpuUsage(), now]
  }
  const timer = setInterval(sample, SAMPLE_MS).unref()
  return { share: () => share, [Symbol.dispose]: () => clearInterval(timer) }
}

/** A container's own bounds where it has some. */
const machineNow = (): Process['machine'] => ({
  name: hostname(),
  load: loadavg()[0] ?? 0,
  cores: availableParallelism(),
  memoryBytes: Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
  freeMemoryBytes: Math.min(freemem(), process.availableMemory()),
})

export async function createProcesses({ coordination, self, doing, playbacks, book }: ProcessesDeps) {
  await using stack = new AsyncDisposableStack()
  const cpu = stack.use(sampleCpu())
  const reports = stack.use(
    await createGathering({
      coordination,
      topic: 'process-reports',
      answer: (): Report => ({
        process: {
          ...self,
          ...doing(),
          memoryBytes: process.memoryUsage.rss(),
          cpuShare: cpu.share(),
          machine: machineNow(),
          playbacks: playbacks().length,
        },
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
