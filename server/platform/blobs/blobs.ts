// The port of blobs: named bytes (segments, artwork, sprites), whole or by range.
import type { Readable } from 'node:stream'

/** Both ends count, as in HTTP (RFC 9110 §14.1.2): 0–0 is the first byte. */
export type BlobRange = { start: number; end: number }

export type BlobStat = { sizeBytes: number; modifiedAtMs: number }

export type BlobBody = Uint8Array | AsyncIterable<Uint8Array>

/**
 * A key is one to sixteen parts joined by `/`, each of `a-z A-Z 0-9 . _ -`, not beginning with a dot, at most 100
 * characters (`blobKey` says so); anything else throws a `TypeError`, for keys are ours and never a client's words.
 */
export interface Blobs extends AsyncDisposable {
  /** Waits for what is being written, and refuses what comes later: the folder may then be taken away. */
  [Symbol.asyncDispose](): Promise<void>
  /** All or nothing: readers see the former bytes or the new ones, even through a crash; overwrites. */
  put(key: string, body: BlobBody): Promise<BlobStat>
  /**
   * The bytes from when it was opened; null when there is none. An end past the last byte is cut to it; a start
   * past it throws a `RangeError`. Whoever does not read `body` to its end must destroy it.
   */
  get(key: string, range?: BlobRange): Promise<{ sizeBytes: number; range: BlobRange; body: Readable } | null>
  /** Small ones at once; null when there is none. */
  read(key: string): Promise<Uint8Array | null>
  stat(key: string): Promise<BlobStat | null>
  /** Removing what is not there is no error. */
  remove(key: string): Promise<void>
  /** Every blob whose key begins with the folder `prefix` (ends with `/`, or is empty for all), in no order. For
   * sweeps: slow on some implementations, so never while somebody waits. */
  list(prefix: string): AsyncIterable<BlobStat & { key: string }>
  /** Room left in bytes; null where there is no such figure. */
  freeBytes(): Promise<number | null>
  /** For /ready. */
  ping(): Promise<void>
}

const PART = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/

/** The key itself when it is a safe one. */
export function blobKey(key: string): string {
  const parts = key.split('/')
  if (parts.length > 16 || !parts.every((part) => PART.test(part)))
    throw new TypeError(`not a blob key: ${key}`)
  return key
}

/** The wanted range within what there is; of an empty blob `{ start: 0, end: -1 }`. */
export function cutRange(wanted: BlobRange | undefined, sizeBytes: number): BlobRange {
  if (!wanted) return { start: 0, end: sizeBytes - 1 }
  if (wanted.start < 0 || wanted.start >= sizeBytes || wanted.end < wanted.start)
    throw new RangeError(`no bytes ${wanted.start}-${wanted.end} in ${sizeBytes}`)
  return { start: wanted.start, end: Math.min(wanted.end, sizeBytes - 1) }
}
