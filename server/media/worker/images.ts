// Still images of a film: the picture nearest to a time that shows something.
import type { Frame } from 'node-av/lib'
import { MediaRefused } from '../media-engine.ts'
import { encodeJpeg, jpegPicture, type Box } from './jpeg.ts'
import { openVideoSource, type VideoSource } from './video-source.ts'

/** How long to decode towards the wanted time from the keyframe before; then the picture reached is taken. */
const EXACT_BUDGET_MS = 3000
/** How long to look on from a black picture, and how far apart. */
const BLACK_BUDGET_MS = 2000
const BLACK_STEP_SECONDS = 0.5

export async function poster(
  path: string,
  trackIndex: number,
  atSeconds: number,
  box: Box,
): Promise<Uint8Array> {
  const source = await openVideoSource(path, trackIndex, 0)
  try {
    const start = startOf(source)
    const isSeeked = await source.seek(atSeconds + start)
    const found =
      (await pictureAt(source, atSeconds + start, box)) ??
      (isSeeked ? await fromBeginning(source, box) : null)
    if (!found) throw new MediaRefused('No picture of the video could be decoded.')
    try {
      return await encodeJpeg(found)
    } finally {
      found.free()
    }
  } finally {
    await source.close()
  }
}

function startOf({ stream }: VideoSource): number {
  const { startTime, timeBase } = stream
  return startTime < 0n ? 0 : (Number(startTime) * timeBase.num) / timeBase.den
}

/** An index that leads past the end: anything is better than nothing. */
async function fromBeginning(source: VideoSource, box: Box): Promise<Frame | null> {
  await source.seek(0)
  return pictureAt(source, 0, box)
}

/** The last picture that begins by then, or a later one when that is black. */
async function pictureAt(source: VideoSource, seconds: number, box: Box): Promise<Frame | null> {
  const begun = Date.now()
  let held: Frame | null = null
  let best: Frame | null = null
  /** From here on pictures are looked at only now and then. */
  let lookAt = -Infinity
  for await (const { frame, seconds: at } of source.decode()) {
    if (!best && at <= seconds + 1e-3 && Date.now() - begun < EXACT_BUDGET_MS) {
      held?.free()
      held = frame
      continue
    }
    const candidate: Frame = held ?? frame
    if (held) frame.free()
    held = null
    if (best && at < lookAt) {
      candidate.free()
      if (Date.now() - begun > EXACT_BUDGET_MS + BLACK_BUDGET_MS) return best
      continue
    }
    const picture = await jpegPicture(candidate, source.stream, box)
    candidate.free()
    best = brighter(best, picture)
    if (!isBlack(best) || Date.now() - begun > EXACT_BUDGET_MS + BLACK_BUDGET_MS) return best
    lookAt = at + BLACK_STEP_SECONDS
  }
  if (held) {
    best = brighter(best, await jpegPicture(held, source.stream, box))
    held.free()
  }
  return best
}

function brighter(one: Frame | null, other: Frame): Frame {
  if (!one) return other
  const [kept, dropped] = lightOf(other) > lightOf(one) ? [other, one] : [one, other]
  dropped.free()
  return kept
}

const isBlack = (picture: Frame) => lightOf(picture) < 3

/** Mean distance of the light from its own mean: an even grey shows as little as black. */
function lightOf(picture: Frame): number {
  const [plane] = picture.data ?? []
  const stride = picture.linesize[0] ?? 0
  if (!plane || stride <= 0) return 0
  const values: number[] = []
  for (let y = 0; y < picture.height; y += 4)
    for (let x = 0; x < picture.width; x += 4) values.push(plane[y * stride + x] ?? 0)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + Math.abs(value - mean), 0) / values.length
}
