// Sheets of small pictures for the seek bar, each from the keyframe at or before its time.
import { AV_PIX_FMT_YUVJ420P } from 'node-av/constants'
import { Frame } from 'node-av/lib'
import { MediaRefused } from '../media-engine.ts'
import { PREVIEW_BOX, previewPlan, type Preview, type Previews } from '../previews.ts'
import { encodeJpeg, jpegPicture, type Box } from './jpeg.ts'
import { openVideoSource, type VideoSource } from './video-source.ts'

/** A tile's planes, each without the padding FFmpeg keeps at the end of a line. */
type Tile = Box & { planes: Buffer[] }

export async function previewsOf(
  path: string,
  trackIndex: number,
  durationSeconds: number,
  startSeconds: number,
): Promise<Previews> {
  const { everySeconds, times, columns, rows } = previewPlan(durationSeconds)
  const source = await openVideoSource(path, trackIndex, startSeconds)
  const sheets: Uint8Array[] = []
  const pictures: Preview[] = []
  let waiting: Tile[] = []
  let size: Box | null = null
  let tile: Tile | null = null

  async function handOn(): Promise<void> {
    if (waiting.length > 0 && size) sheets.push(await sheetOf(waiting, size, columns))
    waiting = []
  }

  try {
    for (const time of times) {
      // A place that cannot be read shows what came before it.
      tile = (await tileAt(source, time, size ?? PREVIEW_BOX)) ?? tile
      if (!tile) continue
      size ??= { width: tile.width, height: tile.height }
      const place = waiting.length
      pictures.push({
        startSeconds: time,
        endSeconds: Math.min(durationSeconds, time + everySeconds),
        sheet: sheets.length,
        x: (place % columns) * size.width,
        y: Math.floor(place / columns) * size.height,
      })
      waiting.push(tile)
      if (waiting.length === columns * rows) await handOn()
    }
    await handOn()
  } finally {
    await source.close()
  }
  if (!size) throw new MediaRefused('No picture of the video could be decoded.')
  return { sheets, ...size, pictures }
}

async function tileAt(source: VideoSource, seconds: number, box: Box): Promise<Tile | null> {
  await source.seek(seconds)
  for await (const { frame } of source.decode()) {
    try {
      const picture = await jpegPicture(frame, source.stream, box)
      const tile = tileOf(picture)
      picture.free()
      return tile
    } finally {
      frame.free()
    }
  }
  return null
}

/** Sizes of the three planes of a 4:2:0 picture with even sides. */
const planeSizes = ({ width, height }: Box): Box[] => [
  { width, height },
  { width: width / 2, height: height / 2 },
  { width: width / 2, height: height / 2 },
]

function tileOf(picture: Frame): Tile {
  const { width, height, linesize, data } = picture
  const planes = planeSizes({ width, height }).map((plane, index) => {
    const rows = Buffer.alloc(plane.width * plane.height)
    const stride = linesize[index] ?? 0
    for (let y = 0; y < plane.height; y++)
      data?.[index]?.copy(rows, y * plane.width, y * stride, y * stride + plane.width)
    return rows
  })
  return { width, height, planes }
}

async function sheetOf(tiles: readonly Tile[], tile: Box, columns: number): Promise<Uint8Array> {
  const across = Math.min(columns, tiles.length)
  const whole = { width: across * tile.width, height: Math.ceil(tiles.length / columns) * tile.height }
  const tilePlanes = planeSizes(tile)
  const planes = planeSizes(whole).map((size, index) => {
    // Black: no light, no colour.
    const plane = Buffer.alloc(size.width * size.height, index === 0 ? 0 : 128)
    const { width, height } = tilePlanes[index] ?? tile
    for (const [place, { planes: own, ...its }] of tiles.entries()) {
      // A film whose shape changes on the way keeps the first one's tiles.
      if (its.width !== tile.width || its.height !== tile.height) continue
      const left = (place % columns) * width
      const top = Math.floor(place / columns) * height
      for (let y = 0; y < height; y++)
        own[index]?.copy(plane, (top + y) * size.width + left, y * width, (y + 1) * width)
    }
    return plane
  })
  const frame = Frame.fromVideoBuffer(Buffer.concat(planes), {
    ...whole,
    format: AV_PIX_FMT_YUVJ420P,
    pts: 0n,
    timeBase: { num: 1, den: 25 },
  })
  try {
    return await encodeJpeg(frame)
  } finally {
    frame.free()
  }
}
