// What every video encoder takes and gives, and has to say of its pictures.
import {
  AVCHROMA_LOC_LEFT,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
} from 'node-av/constants'
import { Rational, type CodecContext, type Frame } from 'node-av/lib'
import type { EncodedVideo } from '../media-engine.ts'

export type EncodedPicture = { isKey: boolean; data: Uint8Array }

export type VideoEncoder = {
  /** Encodes a picture as the `at`-th of this encoder; the first becomes the IDR by itself. The frame stays the caller's. */
  encode(frame: Frame, at: number): Promise<EncodedPicture[]>
  drain(): Promise<EncodedPicture[]>
  close(): void
}

/** What every encoder of a rendition has to say of its pictures. */
export function describePicture(context: CodecContext, { width, height, boundaries }: EncodedVideo): void {
  const { num, den } = boundaries.frameRate
  context.width = width
  context.height = height
  context.sampleAspectRatio = new Rational(1, 1)
  context.timeBase = new Rational(den, num)
  context.framerate = new Rational(num, den)
  context.colorRange = AVCOL_RANGE_MPEG
  context.colorPrimaries = AVCOL_PRI_BT709
  context.colorTrc = AVCOL_TRC_BT709
  context.colorSpace = AVCOL_SPC_BT709
  context.chromaLocation = AVCHROMA_LOC_LEFT
}
