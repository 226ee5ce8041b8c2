// Decoded pictures onto the constant grid: which slots each one is shown in.
import { slotAt } from '../boundaries.ts'
import type { BoundaryTable } from '../media-engine.ts'
import { MediaRefused } from '../media-engine.ts'
import type { Picture, VideoSource } from './video-source.ts'

/** A picture and its slots `[from, to)`. The taker frees the frame. */
export type ShownPicture = Picture & { from: number; to: number }

/** A file whose index leads astray is read from its beginning in the end. */
const FURTHEST_BACK_SECONDS = 600

/**
 * Every slot from `start` to the table's end exactly once, whatever the source's timestamps look like. `lead`:
 * slots before it that have to be decoded too.
 */
export async function* onGrid(
  source: Pick<VideoSource, 'seek' | 'decode'>,
  { frameRate, frames }: BoundaryTable,
  start: number,
  lead: number,
): AsyncGenerator<ShownPicture, void> {
  const end = frames[frames.length - 1] ?? 0
  const frameSeconds = frameRate.den / frameRate.num
  // A slot's picture may lie half a frame after the slot.
  const wanted = start === 0 ? 0 : (start + 0.499 - lead) * frameSeconds
  for (let back = 0; ; back = back === 0 ? 2 : back * 2) {
    const isSeeked = await source.seek(back > FURTHEST_BACK_SECONDS ? 0 : wanted - back)
    let held: ShownPicture | null = null
    let isTooLate = false
    try {
      for await (const picture of source.decode()) {
        const slot = slotAt(picture.seconds, frameRate)
        if (!held && isSeeked && slot > start - lead) {
          picture.frame.free()
          isTooLate = true
          break
        }
        if (held && slot < held.to) {
          // Timestamps that run backwards: shown order wins.
          picture.frame.free()
          continue
        }
        const before: ShownPicture | null = held
        held = { ...picture, from: before ? Math.max(slot, start) : start, to: slot }
        if (!before) continue
        before.to = Math.min(slot, end)
        if (before.to > before.from) yield before
        else before.frame.free()
        if (slot >= end) return
      }
      if (isTooLate || (!held && isSeeked)) continue
      if (!held) throw new MediaRefused('No picture of the video could be decoded.')
      const last: ShownPicture = held
      held = null
      yield { ...last, to: end }
      return
    } finally {
      held?.frame.free()
    }
  }
}
