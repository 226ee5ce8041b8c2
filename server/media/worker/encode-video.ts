// Encodes a video rendition segment by segment; no segment depends on anything before it.
import type { Frame } from 'node-av/lib'
import { fragment, fragmentEnds, type Sample } from '../fragment.ts'
import { initSegment } from '../init.ts'
import type { BoundaryTable, EncodedVideo } from '../media-engine.ts'
import { openBurnIn } from './burn-in.ts'
import { DEINTERLACE_LEAD, deinterlaced } from './deinterlace.ts'
import { onGrid } from './grid.ts'
import type { EncodedPicture, VideoEncoder } from './encoder-context.ts'
import type { HeadControl, HeadOutput } from './head-control.ts'
import { createPictureFilter } from './picture-filter.ts'
import type { HeadStart } from './messages.ts'
import { pictureChain } from './picture-chain.ts'
import { readAhead } from './read-ahead.ts'
import { openSoftwareEncoder, openVideoEncoder } from './video-encoder.ts'
import { openVideoSource, type Picture } from './video-source.ts'

/** Pictures decoded ahead of the encoder: enough to keep both cores busy, few enough to stay small at 4K. */
const PICTURES_AHEAD = 4

export async function encodedVideoInit(rendition: EncodedVideo): Promise<Uint8Array> {
  const encoder = await openSoftwareEncoder(rendition)
  try {
    return initSegment({
      codec: 'h264',
      width: rendition.width,
      height: rendition.height,
      extradata: encoder.extradata,
      hasOwnSets: rendition.encoder === 'any',
      timescale: rendition.boundaries.frameRate.num,
      color: { primaries: 1, transfer: 1, matrix: 1, isFullRange: false },
    })
  } finally {
    encoder.close()
  }
}

export async function encodeVideo(
  rendition: EncodedVideo,
  from: HeadStart,
  control: HeadControl,
  output: HeadOutput,
): Promise<void> {
  const { boundaries, path, trackIndex, startSeconds } = rendition
  const source = await openVideoSource(path, trackIndex, startSeconds)
  const filter = createPictureFilter((frame) => pictureChain(rendition, frame))
  const burnIn = await openBurnInOf(rendition).catch(async (error: unknown) => {
    await source.close()
    throw error
  })
  const segments = createSegments(rendition, from, output)

  const lead = rendition.deinterlace ? DEINTERLACE_LEAD : 0
  const decode = (leavingOutBefore?: number) =>
    untilStopped(rendition.deinterlace ? deinterlaced(source.decode()) : source.decode(leavingOutBefore))

  /** Decoding up to a boundary takes long where keyframes are rare: stopping must not wait for it. */
  async function* untilStopped(pictures: AsyncGenerator<Picture, void>) {
    for await (const picture of pictures) {
      if (control.stopped) {
        picture.frame.free()
        throw new Error('The head was stopped')
      }
      yield picture
    }
  }

  async function* filtered() {
    const start = firstFrame(boundaries, from)
    for await (const shown of onGrid({ seek: source.seek, decode }, boundaries, start, lead)) {
      try {
        for (const frame of await filter.push(shown.frame)) {
          await burnIn?.drawInto(frame, Math.max(0, shown.seconds), shown.frame)
          yield { frame, from: shown.from, to: shown.to }
        }
      } finally {
        shown.frame.free()
      }
    }
  }

  try {
    for await (const { frame, from, to } of readAhead(filtered(), PICTURES_AHEAD, (one) =>
      one.frame.free(),
    )) {
      try {
        for (let slot = from; slot < to; slot++) {
          await control.turn()
          if (control.stopped) return
          await segments.add(frame, slot)
        }
      } finally {
        frame.free()
      }
    }
  } catch (error) {
    if (!control.stopped) throw error
  } finally {
    segments.close()
    filter.close()
    await burnIn?.close()
    await source.close()
  }
}

async function openBurnInOf({ path, startSeconds, burnSubtitleIndex: index, width, height }: EncodedVideo) {
  return index === null ? null : openBurnIn(path, index, startSeconds, { width, height })
}

/** The picture that a head begins with: its segment's first, or the one behind what is there of it already. */
function firstFrame({ frames }: BoundaryTable, { segment, fragments }: HeadStart): number {
  const [start = 0, end = 0] = frames.slice(segment, segment + 2)
  return start + (fragments > 0 ? (fragmentEnds(end - start)[fragments - 1] ?? 0) : 0)
}

/** Takes every slot's picture in order; opens an encoder at each boundary and hands on finished fragments. */
function createSegments(rendition: EncodedVideo, from: HeadStart, output: HeadOutput) {
  const { frameRate, frames } = rendition.boundaries
  let segment = from.segment
  let encoder: VideoEncoder | null = null
  /** The first picture of this encoder. */
  let first = 0
  let ends: number[] = []
  let waiting: EncodedPicture[] = []
  /** Samples of the segment that are handed on already. */
  let sent = 0

  async function handOn(start: number, pictures: readonly EncodedPicture[]): Promise<void> {
    waiting.push(...pictures)
    for (let end = ends[0]; end !== undefined && sent + waiting.length >= end; end = ends[0]) {
      const samples = waiting.splice(0, end - sent).map(({ isKey, data }, index): Sample => ({
        pts: (start + sent + index) * frameRate.den,
        duration: frameRate.den,
        isKey,
        data,
      }))
      ends.shift()
      // Numbered by place, so that the bytes do not tell where a head began.
      const bytes = fragment(start + sent + 1, (start + sent) * frameRate.den, samples)
      sent = end
      await output.fragment(segment, bytes)
    }
  }

  function close(): void {
    encoder?.close()
    encoder = null
  }

  return {
    async add(frame: Frame, slot: number): Promise<void> {
      const start = frames[segment] ?? 0
      const end = frames[segment + 1] ?? 0
      if (!encoder) {
        const isHardware = from.hardware !== null && segment >= from.hardware.fromSegment
        encoder = await openVideoEncoder(rendition, isHardware ? from.hardware?.encoder : null)
        first = slot
        sent = slot - start
        ends = fragmentEnds(end - start).filter((one) => one > sent)
        waiting = []
      }
      await handOn(start, await encoder.encode(frame, slot - first))
      if (slot + 1 < end) return
      await handOn(start, await encoder.drain())
      close()
      if (ends.length > 0) throw new Error(`The encoder gave too few pictures for segment ${segment}`)
      await output.segmentEnd(segment)
      segment++
    },
    close,
  }
}
