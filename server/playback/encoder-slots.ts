// How many encodes run at once: others wait in order, and an encode far ahead of its viewers makes way.
import { Problem } from '../platform/problem.ts'

export type SlotHolder = {
  /** Seconds it is ahead of whoever watches; the furthest ahead makes way first. */
  leadSeconds: () => number
  /** Give the slot up; `release` is called when that is done. */
  yieldSlot: () => void
}

export type Slot = { release: () => void }

const MOST_WAITING = 64
/** A viewer with so much in hand does not notice that their encode stands still for a moment. */
const SPARE_SECONDS = 8

export function createEncoderSlots(limit: () => number) {
  const holders = new Set<SlotHolder>()
  const yielding = new Set<SlotHolder>()
  const waiting: { holder: SlotHolder; start: (slot: Slot) => void }[] = []

  const pump = (): void => {
    while (holders.size < limit()) {
      const next = waiting.shift()
      if (!next) return
      holders.add(next.holder)
      next.start({
        release: () => {
          yielding.delete(next.holder)
          if (holders.delete(next.holder)) pump()
        },
      })
    }
    makeRoom()
  }

  const makeRoom = (): void => {
    if (waiting.length <= yielding.size) return
    const spare = [...holders]
      .filter((holder) => !yielding.has(holder) && holder.leadSeconds() >= SPARE_SECONDS)
      .toSorted((a, b) => b.leadSeconds() - a.leadSeconds())
    const [first] = spare
    if (!first) return
    yielding.add(first)
    first.yieldSlot()
  }

  return {
    /** `start` is called at once or when a slot is free; the answer takes the wish back. */
    request(holder: SlotHolder, start: (slot: Slot) => void): { cancel: () => void } {
      if (waiting.length >= MOST_WAITING)
        throw new Problem('encoders-busy', 'Too many films are being converted at the moment.', {
          retryAfterSeconds: 10,
        })
      const wish = { holder, start }
      waiting.push(wish)
      pump()
      return {
        cancel: () => {
          const at = waiting.indexOf(wish)
          if (at >= 0) waiting.splice(at, 1)
        },
      }
    },
    /** Looks again whether somebody can make way. */
    pump,
    waiting: () => waiting.length,
    active: () => holders.size,
  }
}
export type EncoderSlots = ReturnType<typeof createEncoderSlots>
