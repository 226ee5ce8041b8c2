// Whether parties leak: members come, talk, command and go without pauses; memory of the server after each round of that.
import { setTimeout as after } from 'node:timers/promises'
import { slopeOf } from '../slope.ts'

const LEAST_ROUNDS = 6
const LONGEST_ROUND_SECONDS = 5
const SETTLE_MS = 1500

export type Soaked = {
  members: number
  /** Everybody comes and goes for so long; how often somebody came back. */
  churn: (forMs: number) => Promise<number>
  memory: () => Promise<{ heapBytes: number; rssBytes: number }>
}

const mb = (bytes: number): number => Math.round((bytes / 2 ** 20) * 10) / 10
const rounded = (value: number | null): number | null => value && Math.round(value * 10) / 10

/** Resolves when the run is told to end. */
function whenCut() {
  const { promise, resolve } = Promise.withResolvers<null>()
  const cut = (): void => resolve(null)
  process.once('SIGTERM', cut).once('SIGINT', cut)
  return { cut: promise, [Symbol.dispose]: () => void process.off('SIGTERM', cut).off('SIGINT', cut) }
}

/** An hour in little time. A line for each round goes to the standard error; a run that is cut off says what it knows. */
export async function soak({ members, churn, memory }: Soaked, seconds: number) {
  const roundMs = Math.min(LONGEST_ROUND_SECONDS, seconds / LEAST_ROUNDS) * 1000
  const rounds: { rejoins: number; heapBytes: number; rssBytes: number }[] = []
  using ending = whenCut()
  const round = async () => {
    const rejoins = await churn(roundMs)
    await after(SETTLE_MS)
    return { rejoins, ...(await memory()) }
  }
  console.error(`${members} members are there; rounds of ${roundMs / 1000} s`)
  const startedMs = performance.now()
  while (rounds.length * roundMs < seconds * 1000) {
    const done = await Promise.race([round(), ending.cut])
    if (done === null) break
    rounds.push(done)
    const atSeconds = Math.round((performance.now() - startedMs) / 1000)
    console.error(
      `${atSeconds} s: ${done.rejoins} rejoins, heap ${mb(done.heapBytes)} MB, RSS ${mb(done.rssBytes)} MB`,
    )
  }
  const rejoins = rounds.reduce((sum, r) => sum + r.rejoins, 0)
  const perThousand = (bytes: readonly number[]): number | null => {
    const slope = slopeOf(bytes)
    return slope && rounded((slope / 1024 / (rejoins / rounds.length)) * 1000)
  }
  const [heap, rss] = [rounds.map((r) => r.heapBytes), rounds.map((r) => r.rssBytes)]
  const [second, last] = [heap[1], heap.at(-1)]
  return {
    members_one_process: members,
    soak_rejoins: rejoins,
    soak_heap_mb: heap.map(mb),
    soak_rss_mb: rss.map(mb),
    soak_heap_kb_per_1000_rejoins: perThousand(heap),
    soak_rss_kb_per_1000_rejoins: perThousand(rss),
    /** From the second round on: the first fills caches and pools. */
    soak_heap_growth_percent: second && last ? rounded((last / second - 1) * 100) : null,
  }
}
