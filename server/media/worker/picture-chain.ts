// The filters that make a decoded picture what the rendition wants: size, upright, BT.709, 8 bits.
import { AVCOL_SPC_RGB, AVCOL_SPC_UNSPECIFIED } from 'node-av/constants'
import type { Frame } from 'node-av/lib'
import type { EncodedVideo } from '../media-engine.ts'
import { toneMapping } from './tone-map.ts'

const TURNS = { 0: [], 90: ['transpose=clock'], 180: ['hflip', 'vflip'], 270: ['transpose=cclock'] } as const

export function pictureChain(
  {
    width,
    height,
    rotationDegrees,
    toneMap,
  }: Pick<EncodedVideo, 'width' | 'height' | 'rotationDegrees' | 'toneMap'>,
  frame: Pick<Frame, 'width' | 'height' | 'colorSpace'>,
): string {
  const [w, h] = rotationDegrees % 180 === 0 ? [width, height] : [height, width]
  // Half the size or less: the cheap filter shows no difference and takes a third of the time.
  const flags = frame.width >= w * 2 && frame.height >= h * 2 ? 'fast_bilinear' : 'bicubic'
  const scale = [`scale=${w}:${h}:flags=${flags}`]
  if (!toneMap) {
    // Films that do not say their matrix mean BT.709 from HD on, as televisions assume.
    if (frame.colorSpace === AVCOL_SPC_UNSPECIFIED)
      scale.push(`in_color_matrix=${frame.height > 576 || frame.width >= 1280 ? 'bt709' : 'smpte170m'}`)
    if (frame.colorSpace !== AVCOL_SPC_RGB || scale.length > 0)
      scale.push('out_color_matrix=bt709:out_range=tv')
  }
  // Fewer pixels first: tone-mapping costs by the pixel.
  return [
    scale.join(':'),
    toneMap ? toneMapping() : 'format=yuv420p',
    ...TURNS[rotationDegrees],
    'setsar=1',
  ].join(',')
}
