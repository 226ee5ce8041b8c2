// New identifiers: UUIDv7 (RFC 9562 §5.7), so that ids sort by the time they were made and inserts stay local.
import { randomFillSync } from 'node:crypto'

const RANDOM_BYTES = 10
/** Drawn for many ids at once: asking for ten bytes costs as much as for a thousand. */
const random = Buffer.alloc(100 * RANDOM_BYTES)
let used = random.length
let lastMs = 0
let sequence = 0

/** Ascending within this process, also inside one millisecond (a 12-bit counter, RFC 9562 §6.2 method 1). */
export function newId(nowMs: number = Date.now()): string {
  if (nowMs > lastMs) {
    lastMs = nowMs
    sequence = 0
  } else if (++sequence > 0xfff) {
    lastMs++
    sequence = 0
  }
  if (used === random.length) {
    randomFillSync(random)
    used = 0
  }
  const time = lastMs.toString(16).padStart(12, '0')
  const counter = sequence.toString(16).padStart(3, '0')
  const tail = random.toString('hex', used, (used += RANDOM_BYTES))
  const variant = ((Number.parseInt(tail.slice(0, 1), 16) & 3) | 8).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-${variant}${tail.slice(1, 4)}-${tail.slice(4, 16)}`
}
