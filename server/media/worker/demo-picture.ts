// Draws the pictures of demo films: a slow move over a landscape, a flash each second, and where asked a clock and frame counter (pure).
import { drawText } from './bitmap-font.ts'
import type { Planes, SceneName } from './demo-artwork.ts'

export type Look = { title: string; scene: SceneName }
export type Size = { width: number; height: number }

/** How much larger than the picture the landscape is that it moves over. */
const MARGIN = 1.1
export const canvasSize = ({ width, height }: Size): Size => ({
  width: 2 * Math.round((width * MARGIN) / 2),
  height: 2 * Math.round((height * MARGIN) / 2),
})

/** A rectangle of one plane into another. */
function cut(from: Buffer, fromWidth: number, left: number, top: number, to: Buffer, size: Size): void {
  for (let row = 0; row < size.height; row++) {
    const at = (top + row) * fromWidth + left
    from.copy(to, row * size.width, at, at + size.width)
  }
}

/** Pictures as planes of 8-bit 4:2:0, one after the other. `canvas` is of `canvasSize`. */
export function createPainter({ width, height }: Size, look: Look, canvas: Planes, counts: boolean) {
  const buffer = Buffer.alloc((width * height * 3) / 2)
  const [luma, chroma] = [width * height, (width * height) / 4]
  const y = buffer.subarray(0, luma)
  const u = buffer.subarray(luma, luma + chroma)
  const v = buffer.subarray(luma + chroma)
  const unit = Math.round(height / 90)

  /** Once round a loop, so that its end meets its beginning; whole chroma samples, so that colours stay in place. */
  function background(frame: number, loopFrames: number) {
    const phase = (frame / loopFrames) * 2 * Math.PI
    const [roomX, roomY] = [canvas.width - width, canvas.height - height]
    const left = 2 * Math.round((roomX * (1 + Math.sin(phase))) / 4)
    const top = 2 * Math.round((roomY * (1 + Math.cos(phase))) / 4)
    const half = { width: width / 2, height: height / 2 }
    cut(canvas.y, canvas.width, left, top, y, { width, height })
    cut(canvas.u, canvas.width / 2, left / 2, top / 2, u, half)
    cut(canvas.v, canvas.width / 2, left / 2, top / 2, v, half)
  }

  function rectangle(x: number, y: number, w: number, h: number, value: number) {
    for (let line = Math.max(0, y); line < Math.min(height, y + h); line++)
      buffer.fill(value, line * width + Math.max(0, x), line * width + Math.min(width, x + w))
  }

  function text(words: string, centreX: number, top: number, size: number) {
    const left = Math.round(centreX - (words.length * 6 * size) / 2)
    rectangle(left - size * 2, top - size * 2, words.length * 6 * size + size * 3, size * 11, 20)
    drawText(words, (x, y) => rectangle(left + x * size, top + y * size, size, size, 232))
  }

  /** Eighteen cells, most significant first: the frame number for machines to read. */
  function barCode(frame: number) {
    const cell = Math.floor(width / 20)
    rectangle(0, height - cell, width, cell, 16)
    for (let bit = 0; bit < 18; bit++)
      if ((frame >> (17 - bit)) & 1) rectangle(cell * (bit + 1), height - cell, cell, cell, 235)
  }

  return function paint(frame: number, framesPerSecond: number, loopFrames: number): Buffer {
    background(frame, loopFrames)
    // Seen with the beep: whether sound and picture belong together.
    if (frame % framesPerSecond < 2) rectangle(width - unit * 6, unit * 3, unit * 3, unit * 3, 235)
    if (counts) {
      text(look.title, width / 2, Math.round(height * 0.14), unit)
      const seconds = Math.floor(frame / framesPerSecond)
      const clock = `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}:${String(frame % framesPerSecond).padStart(2, '0')}`
      text(clock, width / 2, Math.round(height * 0.34), unit * 2)
      text(String(frame).padStart(6, '0'), width / 2, Math.round(height * 0.56), unit)
      barCode(frame)
    }
    return buffer
  }
}
