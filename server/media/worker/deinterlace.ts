// Interlaced pictures to whole ones: each takes half of its lines from its neighbours.
import { createPictureFilter, PICTURE_TIME_BASE } from './picture-filter.ts'
import type { Picture } from './video-source.ts'

/** Pictures before a segment that have to be decoded, so that its first one has the neighbour it always has. */
export const DEINTERLACE_LEAD = 2

/** One picture for each; those that are not marked as interlaced pass as they are. */
export async function* deinterlaced(pictures: AsyncGenerator<Picture, void>): AsyncGenerator<Picture, void> {
  const filter = createPictureFilter(() => 'bwdif=mode=send_frame:parity=auto:deint=interlaced')
  const timed = (frame: Picture['frame']): Picture => {
    // The filter counts in half units, for the fields between pictures.
    const { num, den } = filter.outputTimeBase()
    const seconds = (Number(frame.pts) * num) / den
    frame.pts = BigInt(Math.round(seconds * PICTURE_TIME_BASE.den))
    return { frame, seconds }
  }
  try {
    for await (const { frame } of pictures) {
      try {
        yield* (await filter.push(frame)).map(timed)
      } finally {
        frame.free()
      }
    }
    yield* (await filter.drain()).map(timed)
  } finally {
    filter.close()
  }
}
