// Encoding ahead of the play button: first seconds on a guess, and whole titles that an operator wants ready.
import type { PreparedTitle } from '#shared/api/playback.ts'
import type { Blobs } from '../platform/blobs/blobs.ts'
import { sleep } from '../platform/async.ts'
import type { JobProgress } from '../platform/jobs/job.ts'
import type { Log } from '../platform/log.ts'
import { Problem } from '../platform/problem.ts'
import type { AssetRendition } from './asset.ts'
import type { SegmentCache } from './segment-cache.ts'
import type { Sessions } from './sessions.ts'

type Kept = PreparedTitle & { keys: string[] }

const PREFIX = 'prepared/'
const PAUSE_MS = 1000
/** In a row, for one segment: the place is damaged. */
const MOST_FAILURES = 5

export type AheadDeps = { sessions: Sessions; cache: () => SegmentCache; blobs: Blobs; log: Log }

export async function createAhead({ sessions, cache, blobs, log }: AheadDeps) {
  const kept = new Map<string, Kept>()
  const pinned = new Set<string>()
  let guess = new AbortController()

  const pinAll = (): void => {
    pinned.clear()
    for (const { keys } of kept.values()) for (const key of keys) pinned.add(key)
  }
  /** Other processes want and drop titles, too. */
  async function refresh(): Promise<void> {
    const found = new Map<string, Kept>()
    for await (const { key } of blobs.list(PREFIX)) {
      const bytes = await blobs.read(key)
      if (!bytes) continue
      const one = JSON.parse(Buffer.from(bytes).toString()) as Kept
      found.set(one.fileId, one)
    }
    kept.clear()
    for (const [fileId, one] of found) kept.set(fileId, one)
    pinAll()
  }
  const blobOf = (fileId: string): string => `${PREFIX}${fileId}.json`
  await refresh()

  async function make(
    { key, rendition, times, name, of }: AssetRendition,
    segment: number,
    as: string,
    signal: AbortSignal,
  ): Promise<void> {
    if (cache().has(key, segment)) return
    const request = { key, rendition, times, label: name, of }
    const wanted = await sessions.want(request, segment, `${as} ${name}`, cache(), true)
    if (wanted.kind === 'live') await wanted.segment.finished(signal)
  }

  async function save(one: Kept): Promise<void> {
    kept.set(one.fileId, one)
    pinAll()
    await blobs.put(blobOf(one.fileId), Buffer.from(JSON.stringify(one)))
  }

  return {
    refresh,
    isPinned: (renditionKey: string): boolean => pinned.has(renditionKey),

    /** One at a time, the newest wins, and only while no encode runs for somebody who watches. */
    async guess(wanted: readonly { rendition: AssetRendition; segment: number }[]): Promise<void> {
      guess.abort(new Error('another guess'))
      guess = new AbortController()
      const { signal } = guess
      if (sessions.isBusy()) return
      await Promise.all(
        wanted.map(async ({ rendition, segment }) => {
          try {
            await make(rendition, segment, 'guess', signal)
          } catch (err) {
            if (!signal.aborted) log.debug({ err }, 'first seconds were not encoded ahead')
          } finally {
            sessions.leave(`guess ${rendition.name}`)
          }
        }),
      )
    },

    async list(): Promise<PreparedTitle[]> {
      await refresh()
      return [...kept.values()].map(({ titleId, titleName, fileId, renditions, isComplete }) => ({
        titleId,
        titleName,
        fileId,
        renditions,
        isComplete,
      }))
    },

    async want(one: PreparedTitle, renditions: readonly AssetRendition[]): Promise<PreparedTitle> {
      await save({ ...one, keys: renditions.map(({ key }) => key) })
      return one
    },

    async drop(fileId: string): Promise<void> {
      await refresh()
      if (!kept.delete(fileId)) throw new Problem('not-found')
      pinAll()
      await blobs.remove(blobOf(fileId))
    },

    /** The whole of these renditions, segment by segment; goes on where it was, makes way for people. */
    async run(
      fileId: string,
      renditions: readonly AssetRendition[],
      { signal, progress }: { signal: AbortSignal; progress: (progress: JobProgress) => void },
    ): Promise<void> {
      const count = ({ times }: AssetRendition) => times.starts.length - 1
      const total = renditions.reduce((sum, rendition) => sum + count(rendition), 0)
      let done = 0
      await refresh()
      for (const rendition of renditions) {
        const as = `prepare ${fileId}`
        try {
          for (let segment = 0, failures = 0; segment < count(rendition);) {
            signal.throwIfAborted()
            if (!(await blobs.stat(blobOf(fileId)))) return
            if (sessions.isBusy()) {
              await sleep(PAUSE_MS, signal)
              continue
            }
            try {
              await make(rendition, segment, as, signal)
              segment++
              failures = 0
              progress({ done: ++done, total, note: rendition.name })
            } catch (error) {
              // It made way for a viewer, or the encoder failed: again, but not for ever.
              if (signal.aborted || ++failures >= MOST_FAILURES) throw error
              await sleep(PAUSE_MS, signal)
            }
          }
        } finally {
          sessions.leave(`${as} ${rendition.name}`)
        }
      }
      await refresh()
      const one = kept.get(fileId)
      if (one) await save({ ...one, isComplete: true })
    },

    [Symbol.dispose]: () => guess.abort(new Error('the server stops')),
  }
}
export type Ahead = Awaited<ReturnType<typeof createAhead>>
