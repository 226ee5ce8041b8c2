// Subtitles that are pictures, as their decoders give them (pure), and how they are drawn into a film's picture.

/** Four bytes a pixel: Y, Cb, Cr in BT.709 and how opaque it is. */
export type CueBitmap = { x: number; y: number; width: number; height: number; pixels: Uint8Array }

/** Shown from its start to its end, or to the next cue's start; no bitmaps: nothing is shown. */
export type PictureCue = {
  startSeconds: number
  endSeconds: number | null
  canvas: { width: number; height: number }
  bitmaps: readonly CueBitmap[]
}

/** More than any disc has within half a minute. */
const MOST_CUES = 1000
const MOST_CUE_BYTES = 128 * 1024 * 1024

/** What may be kept of cues that were read ahead: the newest ones, bounded in number and size. */
export function newest(cues: readonly PictureCue[]): PictureCue[] {
  let bytes = 0
  const tooLarge = cues.slice(-MOST_CUES).findLastIndex(({ bitmaps }) => {
    bytes += bitmaps.reduce((sum, { pixels }) => sum + pixels.length, 0)
    return bytes > MOST_CUE_BYTES
  })
  return cues.slice(-MOST_CUES).slice(tooLarge + 1)
}

export type Planes = { y: Buffer; u: Buffer; v: Buffer; strides: readonly number[] }

/** Where a canvas lies in the film: over all of it, or as wide as it and centred when the film's bars were cut off. */
export function placed(
  canvas: { width: number; height: number },
  source: { width: number; height: number },
  film: { width: number; height: number },
) {
  const scaleX = film.width / canvas.width
  const isSame = canvas.width === source.width && canvas.height === source.height
  const scaleY = isSame ? film.height / canvas.height : scaleX
  return { scaleX, scaleY, top: (film.height - canvas.height * scaleY) / 2 }
}

/** The bitmap at the film's size, inside the film. Even positions, so that colour samples need no care. */
export function fitted(
  bitmap: CueBitmap,
  { scaleX, scaleY, top }: ReturnType<typeof placed>,
  film: { width: number; height: number },
): CueBitmap {
  const width = Math.min(film.width, Math.max(1, Math.round(bitmap.width * scaleX)))
  const height = Math.min(film.height, Math.max(1, Math.round(bitmap.height * scaleY)))
  const inside = (at: number, room: number) => Math.max(0, Math.min(Math.round(at / 2) * 2, room & ~1))
  const pixels = new Uint8Array(width * height * 4)
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      average(bitmap, column / width, row / height, 1 / width, 1 / height, pixels, (row * width + column) * 4)
  return {
    x: inside(bitmap.x * scaleX, film.width - width),
    y: inside(top + bitmap.y * scaleY, film.height - height),
    width,
    height,
    pixels,
  }
}

/** The mean of the covered pixels, weighed by how opaque they are; all places are shares of the bitmap. */
function average(
  { width, height, pixels }: CueBitmap,
  left: number,
  top: number,
  wide: number,
  high: number,
  into: Uint8Array,
  at: number,
): void {
  const x0 = Math.min(width - 1, Math.floor(left * width))
  const y0 = Math.min(height - 1, Math.floor(top * height))
  const x1 = Math.min(width, Math.max(x0 + 1, Math.round((left + wide) * width)))
  const y1 = Math.min(height, Math.max(y0 + 1, Math.round((top + high) * height)))
  let alpha = 0
  const sums = [0, 0, 0]
  for (let y = y0; y < y1; y++)
    for (let x = x0; x < x1; x++) {
      const from = (y * width + x) * 4
      const weight = pixels[from + 3] ?? 0
      alpha += weight
      for (let part = 0; part < 3; part++)
        sums[part] = (sums[part] ?? 0) + (pixels[from + part] ?? 0) * weight
    }
  if (alpha === 0) return
  for (let part = 0; part < 3; part++) into[at + part] = Math.round((sums[part] ?? 0) / alpha)
  into[at + 3] = Math.round(alpha / ((x1 - x0) * (y1 - y0)))
}

/** Draws a fitted bitmap into a 4:2:0 picture. */
export function draw({ x, y, width, height, pixels }: CueBitmap, { y: luma, u, v, strides }: Planes): void {
  const [lumaStride = 0, uStride = 0, vStride = 0] = strides
  const blend = (plane: Buffer, at: number, value: number, alpha: number) => {
    const below = plane[at]
    if (below !== undefined) plane[at] = below + Math.round(((value - below) * alpha) / 255)
  }
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const from = (row * width + column) * 4
      const alpha = pixels[from + 3] ?? 0
      if (alpha === 0) continue
      blend(luma, (y + row) * lumaStride + x + column, pixels[from] ?? 0, alpha)
      if (row % 2 === 1 || column % 2 === 1) continue
      const line = (y + row) / 2
      const place = (x + column) / 2
      blend(u, line * uStride + place, pixels[from + 1] ?? 128, alpha)
      blend(v, line * vStride + place, pixels[from + 2] ?? 128, alpha)
    }
}
