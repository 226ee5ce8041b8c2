// Decoded pictures onto the constant grid: which slots each one is shown in.
import { slotAt } from '../boundaries.ts'
import type { BoundaryTable } from '../media-engine.ts'
import { MediaRefused } from '../media-engine.ts'
import type { Picture, VideoSource } from './video-source.ts'

/** A picture and its slots `[from, to)`. The taker frees the frame. */
export type ShownPicture = Picture & { from: number; to: number }

/** A file whose index leads astray is read from its beginning in the end. */
const FURTHEST_BACK_SECONDS = 600
/** So far before the first slot everything is decoded: its picture is among these, unless the one before it lasts long. */
const ALL_DECODED_SECONDS = 0.25

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
  // A filter that looks at neighbours has to have them all.
  let leavesOutBefore = lead === 0 ? wanted - ALL_DECODED_SECONDS : -Infinity
  for (let back = 0; ;) {
    const isSeeked = await source.seek(back > FURTHEST_BACK_SECONDS ? 0 : wanted - back)
    let held: ShownPicture | null = null
    let isTooLate = false
    let mayLack = false
    try {
      for await (const picture of source.decode(leavesOutBefore)) {
        const slot = slotAt(picture.seconds, frameRate)
        if (held && slot > start && held.seconds < leavesOutBefore) {
          picture.frame.free()
          mayLack = true
          break
        }
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
      if (mayLack || (held && held.seconds < leavesOutBefore)) {
        leavesOutBefore = -Infinity
        continue
      }
      if (isTooLate || (!held && isSeeked)) {
        back = back === 0 ? 2 : back * 2
        continue
      }
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
