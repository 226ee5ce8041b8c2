// Finished segments: in memory first, then in blobs, under one byte budget each; the least recently used goes first.
import { sleep } from '../platform/async.ts'
import type { Blobs } from '../platform/blobs/blobs.ts'
import type { Log } from '../platform/log.ts'
import type { Metrics } from '../platform/metrics.ts'
import { Problem } from '../platform/problem.ts'

export type SegmentCacheDeps = {
  blobs: Blobs
  /** The budgets; an administrator changes them. */
  ramBytes: () => number
  diskBytes: () => number
  log: Log
  metrics: Metrics
  nowMs: () => number
  /** Segments round an active viewer stay. */
  isProtected: (renditionKey: string, segment: number) => boolean
  /** Several processes share the store; null for one process alone. */
  shared?: SharedStore | null
}

/** What others put there is not known from here: segments are looked up in the store, and the sweep lists it. */
export type SharedStore = {
  /** Else this process only reads. */
  writes: boolean
  /** Somebody plays this rendition: the sweep of any process spares it. */
  markWatched: (renditionKey: string) => void
  isWatched: (renditionKey: string) => Promise<boolean>
}

const PREFIX = 'segments/'
/** Room left to everything else on the disk. */
const FREE_BYTES = 512 * 1024 * 1024
/** Bytes on their way to the disk; beyond it a segment stays in memory only. */
const MOST_WRITING_BYTES = 64 * 1024 * 1024
const DISK_FULL_PAUSE_MS = 60_000
const STORE_AWAY_MS = 5_000
/** To encode it again is quicker than a store that takes longer than this. */
const STORE_PATIENCE_MS = 3_000
/** How many protected entries are stepped over before a round of eviction gives up. */
const MOST_SKIPPED = 2000

type Which = (renditionKey: string) => boolean
const every: Which = () => true

type Entry = { renditionKey: string; segment: number; sizeBytes: number }

const nameOf = (renditionKey: string, segment: number): string => `${renditionKey}/${segment}.m4s`

export async function createSegmentCache(deps: SegmentCacheDeps) {
  const { blobs, ramBytes, diskBytes, log, metrics, nowMs, isProtected, shared = null } = deps
  // A `Map` keeps the order of insertion: whatever is used is put at the end, the first one is the oldest.
  const ram = new Map<string, Entry & { bytes: Uint8Array }>()
  const disk = new Map<string, Entry>()
  let [ramUsed, diskUsed, writingBytes, diskFullUntilMs, storeAwayUntilMs] = [0, 0, 0, 0, 0]
  /** Of a shared store: what the last sweep left there and this process has put there since. */
  let counted: number | null = null
  const writes = new Set<Promise<void>>()

  const found = metrics.counter({
    name: 'mediaserver_segment_cache_requests_total',
    help: 'Segments looked up, by where they were found.',
    labels: ['where'],
  })
  metrics.gauge(
    {
      name: 'mediaserver_segment_cache_bytes',
      help: 'Bytes of segments kept; a store of several processes is told by whoever swept it.',
      labels: ['where'],
    },
    (gauge) => {
      gauge.set({ where: 'memory' }, ramUsed)
      const stored = shared ? counted : diskUsed
      if (stored !== null) gauge.set({ where: 'store' }, stored)
    },
  )

  // A shared store is large, and others change it meanwhile.
  if (!shared) {
    for (const entry of await listed(PREFIX)) learnOf(entry)
    await shrinkDisk(diskBytes())
  }

  /** The oldest first. */
  async function listed(prefix: string): Promise<Entry[]> {
    const left: { key: string; sizeBytes: number; modifiedAtMs: number }[] = []
    for await (const blob of blobs.list(prefix)) left.push(blob)
    return left
      .toSorted((a, b) => a.modifiedAtMs - b.modifiedAtMs)
      .flatMap(({ key, sizeBytes }) => {
        const [, renditionKey, number] = /^segments\/([\w-]+)\/(\d+)\.m4s$/.exec(key) ?? []
        return renditionKey && number ? [{ renditionKey, segment: Number(number), sizeBytes }] : []
      })
  }

  function learnOf(entry: Entry): void {
    const name = nameOf(entry.renditionKey, entry.segment)
    if (disk.has(name)) return
    disk.set(name, entry)
    diskUsed += entry.sizeBytes
  }

  /** Everybody's segments under the one budget. Says how many bytes it removed. */
  async function sweepStore(toBytes: number, { isWatched }: SharedStore, which: Which): Promise<number> {
    const all = await listed(PREFIX)
    const before = all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    let used = before
    const spared = new Map<string, boolean>()
    for (const { renditionKey, segment, sizeBytes } of all) {
      if (used <= toBytes) break
      if (!which(renditionKey)) continue
      const isSpared = spared.get(renditionKey) ?? (await isWatched(renditionKey))
      spared.set(renditionKey, isSpared)
      if (isSpared || isProtected(renditionKey, segment)) continue
      const name = nameOf(renditionKey, segment)
      await blobs.remove(PREFIX + name)
      used -= sizeBytes
      if (disk.delete(name)) diskUsed -= sizeBytes
    }
    counted = used
    return before - used
  }

  /** Null when it is not there, or the store does not answer: then it is left in peace for a while. */
  async function fromStore(name: string): Promise<Uint8Array | null> {
    if (nowMs() < storeAwayUntilMs) return null
    const over = new AbortController()
    const late = sleep(STORE_PATIENCE_MS, over.signal).then(
      () => Promise.reject(new Error('the store takes too long')),
      () => null,
    )
    try {
      return await Promise.race([blobs.read(PREFIX + name), late])
    } catch (err) {
      storeAwayUntilMs = nowMs() + STORE_AWAY_MS
      log.warn({ err }, 'segments cannot be read from the store')
      return null
    } finally {
      over.abort()
    }
  }

  function trimRam(): void {
    let skipped = 0
    for (const [name, entry] of ram) {
      if (ramUsed <= ramBytes() || skipped > MOST_SKIPPED) return
      // What is also on disk may always leave memory; what is nowhere else stays while a viewer is near.
      if (!disk.has(name) && isProtected(entry.renditionKey, entry.segment) && ramUsed < 2 * ramBytes()) {
        skipped++
        continue
      }
      ram.delete(name)
      ramUsed -= entry.sizeBytes
    }
  }

  function keepInRam(renditionKey: string, segment: number, bytes: Uint8Array) {
    const name = nameOf(renditionKey, segment)
    const former = ram.get(name)
    if (former) ramUsed -= former.sizeBytes
    const entry = { renditionKey, segment, sizeBytes: bytes.length, bytes }
    ram.delete(name)
    ram.set(name, entry)
    ramUsed += bytes.length
    trimRam()
    return { name, entry }
  }

  async function shrinkDisk(toBytes: number, which: Which = every): Promise<number> {
    let [skipped, freed] = [0, 0]
    for (const [name, entry] of disk) {
      if (diskUsed <= toBytes || skipped > MOST_SKIPPED) break
      if (!which(entry.renditionKey)) continue
      if (isProtected(entry.renditionKey, entry.segment)) {
        skipped++
        continue
      }
      disk.delete(name)
      diskUsed -= entry.sizeBytes
      freed += entry.sizeBytes
      await blobs.remove(PREFIX + name)
    }
    return freed
  }

  async function spill(name: string, entry: Entry & { bytes: Uint8Array }): Promise<void> {
    try {
      await shrinkDisk(diskBytes() - entry.sizeBytes)
      const free = await blobs.freeBytes()
      if (free !== null && free < FREE_BYTES) throw new Problem('disk-full')
      if (diskUsed + entry.sizeBytes > diskBytes()) return
      await blobs.put(PREFIX + name, entry.bytes)
      disk.set(name, { renditionKey: entry.renditionKey, segment: entry.segment, sizeBytes: entry.sizeBytes })
      diskUsed += entry.sizeBytes
      if (counted !== null) counted += entry.sizeBytes
    } catch (error) {
      // Playing goes on from memory; the operator is told once a minute.
      diskFullUntilMs = nowMs() + DISK_FULL_PAUSE_MS
      log.warn({ err: error }, 'segments cannot be written to the store; they are kept in memory only')
      if (error instanceof Problem && error.code === 'disk-full')
        await shrinkDisk(diskUsed - entry.sizeBytes * 16).catch(() => undefined)
    }
  }

  return {
    has: (renditionKey: string, segment: number): boolean => {
      const name = nameOf(renditionKey, segment)
      return ram.has(name) || disk.has(name)
    },

    async read(renditionKey: string, segment: number): Promise<Uint8Array | null> {
      const name = nameOf(renditionKey, segment)
      const near = ram.get(name)
      if (near) {
        ram.delete(name)
        ram.set(name, near)
        found.inc({ where: 'memory' })
        return near.bytes
      }
      shared?.markWatched(renditionKey)
      const known = disk.get(name)
      const bytes = known || shared ? await fromStore(name) : null
      const entry = known ?? (bytes && { renditionKey, segment, sizeBytes: bytes.length })
      if (!entry || !bytes || bytes.length !== entry.sizeBytes) {
        if (disk.delete(name) && entry) diskUsed -= entry.sizeBytes
        found.inc({ where: 'nowhere' })
        return null
      }
      if (known) {
        disk.delete(name)
        disk.set(name, known)
      } else if (shared?.writes) learnOf(entry)
      if (!ram.has(name)) {
        ram.set(name, { ...entry, bytes })
        ramUsed += entry.sizeBytes
        trimRam()
      }
      found.inc({ where: 'store' })
      return bytes
    },

    /** The key of its blob; null when it is in memory only. */
    async blobOf(renditionKey: string, segment: number): Promise<string | null> {
      const name = nameOf(renditionKey, segment)
      const entry = disk.get(name)
      if (!entry && !shared) return null
      // Somebody may have emptied the folder by hand.
      const stat = await blobs.stat(PREFIX + name)
      return stat && (!entry || stat.sizeBytes === entry.sizeBytes) ? PREFIX + name : null
    },

    /** Of this process's memory alone. */
    near(renditionKey: string, segment: number): Uint8Array | null {
      const name = nameOf(renditionKey, segment)
      const entry = ram.get(name)
      if (!entry) return null
      shared?.markWatched(renditionKey)
      ram.delete(name)
      ram.set(name, entry)
      found.inc({ where: 'memory' })
      return entry.bytes
    },

    /** Others have made it and put it into the store. */
    keepNear: (renditionKey: string, segment: number, bytes: Uint8Array): void =>
      void keepInRam(renditionKey, segment, bytes),

    /** What others have put into the store of this rendition. */
    async learn(renditionKey: string): Promise<void> {
      await listed(`${PREFIX}${renditionKey}/`).then(
        (entries) => entries.forEach(learnOf),
        (err: unknown) => log.warn({ err }, 'segments of the store are not known'),
      )
    },

    keep(renditionKey: string, segment: number, bytes: Uint8Array): void {
      const { name, entry } = keepInRam(renditionKey, segment, bytes)
      const mayWrite = nowMs() >= diskFullUntilMs && writingBytes + bytes.length <= MOST_WRITING_BYTES
      if (disk.has(name) || bytes.length > diskBytes() || !mayWrite || shared?.writes === false) return
      writingBytes += bytes.length
      const write = spill(name, entry).finally(() => {
        writingBytes -= bytes.length
        writes.delete(write)
      })
      writes.add(write)
    },

    /**
     * Frees what is over the budget (or `toBytes`), of some renditions where asked, and more where the disk is
     * nearly full. Says how many bytes of the store that were.
     */
    async evict(toBytes: number = diskBytes(), which: Which = every): Promise<number> {
      trimRam()
      if (shared) return sweepStore(toBytes, shared, which)
      const free = await blobs.freeBytes()
      const missing = free === null ? 0 : Math.max(0, FREE_BYTES - free)
      return shrinkDisk(Math.min(toBytes, diskUsed - missing), which)
    },

    /** What this process knows of. */
    status: () => ({
      bytes: diskUsed,
      segments: new Set([...disk.keys(), ...ram.keys()]).size,
    }),

    async [Symbol.asyncDispose]() {
      await Promise.all(writes)
    },
  }
}
export type SegmentCache = Awaited<ReturnType<typeof createSegmentCache>>
