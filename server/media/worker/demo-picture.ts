// Draws the pictures of demo films: a moving pattern, the title, a clock and a frame counter, a flash each second (pure).
import { drawText } from './bitmap-font.ts'

export type Look = {
  title: string
  pattern: 'waves' | 'rings' | 'stripes' | 'tiles'
  hue: readonly [u: number, v: number]
}
export type Size = { width: number; height: number }

/** Planes of 8-bit 4:2:0. The colour planes hardly change, so that they are cheap to encode. */
export function createPainter({ width, height }: Size, look: Look, counts: boolean) {
  const buffer = Buffer.alloc((width * height * 3) / 2)
  const chroma = (width * height) / 4
  const unit = Math.round(height / 90)

  function chromaPlanes() {
    for (let y = 0; y < height / 2; y++)
      for (let x = 0; x < width / 2; x++) {
        const at = width * height + (y * width) / 2 + x
        buffer[at] = look.hue[0] + Math.round((x / width) * 40)
        buffer[at + chroma] = look.hue[1] - Math.round((y / height) * 50)
      }
  }
  chromaPlanes()

  const row = Buffer.alloc(width)
  /** Rows come in bands of eight, so that a picture costs little more than copying it. */
  function background(frame: number, loopFrames: number) {
    const phase = (frame / loopFrames) * 2 * Math.PI
    for (let y = 0; y < height; y += 8) {
      for (let x = 0; x < width; x += 8) row.fill(shade(x / width, y / height, phase), x, x + 8)
      for (let line = y; line < Math.min(y + 8, height); line++) row.copy(buffer, line * width)
    }
  }

  function shade(x: number, y: number, phase: number): number {
    const round = phase * 8
    if (look.pattern === 'waves') return 80 + 38 * Math.sin(x * 9 + round) + 26 * Math.sin(y * 7 - phase * 4)
    if (look.pattern === 'rings')
      return 85 + 50 * Math.sin(Math.hypot(x - 0.5, (y - 0.5) * 0.56) * 26 - round)
    if (look.pattern === 'stripes') return 84 + 46 * Math.sin((x + y * 0.6) * 15 - round)
    return 84 + 44 * Math.sin(x * 12 + phase * 3) * Math.cos(y * 9 + phase * 4) + 16 * Math.sin(round)
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
    text(look.title, width / 2, Math.round(height * 0.14), unit)
    const flash = frame % framesPerSecond < 2
    rectangle(width / 2 - unit * 6, Math.round(height * 0.68), unit * 12, unit * 8, flash ? 235 : 40)
    if (counts) {
      const seconds = Math.floor(frame / framesPerSecond)
      const clock = `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}:${String(frame % framesPerSecond).padStart(2, '0')}`
      text(clock, width / 2, Math.round(height * 0.34), unit * 2)
      text(String(frame).padStart(6, '0'), width / 2, Math.round(height * 0.56), unit)
      barCode(frame)
    }
    return buffer
  }
}
