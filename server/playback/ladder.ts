// Renditions offered for a source: the original first where it can be copied, then smaller ones, never above it.
import type { VideoTrack } from '#shared/media.ts'

export type Rung = {
  /** `1080p`, …; `original` for the copied one. */
  name: string
  width: number
  height: number
  bitrateBps: number
  isOriginal: boolean
}

/** Names of the usual boxes; the rates are for a full 16:9 picture at up to 30 frames a second. */
const BOXES = [
  { name: '1080p', width: 1920, height: 1080, bitrateBps: 6_000_000 },
  { name: '720p', width: 1280, height: 720, bitrateBps: 3_000_000 },
  { name: '480p', width: 854, height: 480, bitrateBps: 1_400_000 },
  { name: '360p', width: 640, height: 360, bitrateBps: 800_000 },
] as const

const LEAST_BPS = 150_000
/** x264 needs room for at least one macroblock in each direction. */
const LEAST_SIDE = 16
const FAST_FRAMES = 31
const DEFAULT_ORIGINAL_BPS = 8_000_000

const even = (n: number): number => Math.max(LEAST_SIDE, Math.round(n / 2) * 2)

/** Size of the upright picture in square pixels. */
export function displaySize(video: VideoTrack): { width: number; height: number } {
  const { num, den } = video.sampleAspect
  const aspect = num > 0 && den > 0 ? num / den : 1
  const [width, height] =
    aspect >= 1 ? [video.width * aspect, video.height] : [video.width, video.height / aspect]
  return video.rotationDegrees % 180 === 0 ? { width, height } : { width: height, height: width }
}

export function ladderOf(
  video: VideoTrack,
  options: {
    copyVideo: boolean
    maxHeight: number
    maxBitrateBps?: number | null
    fileBitrateBps: number | null
  },
): Rung[] {
  const { width, height } = displaySize(video)
  const isPortrait = height > width
  const [longSide, shortSide] = isPortrait ? [height, width] : [width, height]
  const fits = (box: { width: number; height: number }) => longSide <= box.width && shortSide <= box.height
  const fps = video.frameRate ? video.frameRate.num / video.frameRate.den : 25
  const rungs: Rung[] = []
  if (options.copyVideo)
    rungs.push({
      name: 'original',
      width: Math.round(width),
      height: Math.round(height),
      bitrateBps: Math.round(video.bitrateBps ?? options.fileBitrateBps ?? DEFAULT_ORIGINAL_BPS),
      isOriginal: true,
    })
  BOXES.forEach((box, n) => {
    const smaller = BOXES[n + 1]
    if (smaller && (fits(smaller) || box.height > options.maxHeight)) return
    const scale = Math.min(1, box.width / longSide, box.height / shortSide)
    const size = { width: even(width * scale), height: even(height * scale) }
    const share = (size.width * size.height) / (box.width * box.height)
    const bitrateBps = Math.max(
      LEAST_BPS,
      Math.round(box.bitrateBps * Math.min(1, share) * (fps > FAST_FRAMES ? 1.5 : 1)),
    )
    rungs.push({ name: box.name, ...size, bitrateBps, isOriginal: false })
  })
  const limit = options.maxBitrateBps ?? Number.POSITIVE_INFINITY
  const within = rungs.filter((rung) => rung.bitrateBps <= limit)
  // Something is always offered: a limit below the least is kept as well as can be.
  return within.length > 0 ? within : rungs.slice(-1)
}
