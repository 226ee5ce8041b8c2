// A track of picture subtitles, which no encoder of the system makes: one white bar over the middle of the picture.
import { createPgsWriter } from '../../server/media/subtitles/pgs-write.ts'

export const BAR = { x: 170, y: 200, width: 300, height: 40 }
const CANVAS = { width: 640, height: 360 }

/** The bytes of a `.sup` file whose bar is seen between these seconds. */
export function barSubtitles(startSeconds: number, endSeconds: number): Uint8Array {
  const white = [235, 128, 128, 255]
  const pixels = Uint8Array.from({ length: BAR.width * BAR.height * 4 }, (_, n) => white[n % 4] ?? 0)
  const writer = createPgsWriter()
  // FFmpeg takes a file's first time for its zero.
  const nothing = writer.add({ startSeconds: 0, endSeconds: null, canvas: CANVAS, bitmaps: [] })
  const cue = writer.add({ startSeconds, endSeconds, canvas: CANVAS, bitmaps: [{ ...BAR, pixels }] })
  return Buffer.concat([nothing, cue, writer.end()])
}
