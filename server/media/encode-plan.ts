// How video is encoded (pure): every x264 setting is spelled here and nowhere else.
import type { EncodedVideo } from './media-engine.ts'
import { h264Level } from './codecs.ts'

export type VideoPlan = {
  preset: string
  profile: string
  /** Times ten. */
  level: number
  x264: Readonly<Record<string, string | number>>
}

/** The codec string of such a rendition (RFC 6381): High profile (0x64), no constraints, the level. */
export const videoCodec = ({ level }: VideoPlan, { encoder }: Pick<EncodedVideo, 'encoder'>): string =>
  `${encoder === 'any' ? 'avc3' : 'avc1'}.6400${level.toString(16)}`

export function videoPlan({ width, height, bitrateBps, boundaries }: EncodedVideo): VideoPlan {
  const maxKbps = Math.round(bitrateBps / 1000)
  const level = h264Level(width, height, boundaries.frameRate, maxKbps * 1000)
  return {
    // Two ordinary cores encode 1080p faster than it plays with this one.
    preset: 'superfast',
    profile: 'high',
    level,
    x264: {
      // Constant quality, so that still pictures cost little …
      crf: 23,
      // … within what the playlist promises. Every segment begins with its buffer nearly full, so that two
      // seconds may take 1.45 times the rate: a second's worth of buffer keeps them below the promised peak.
      'vbv-maxrate': maxKbps,
      'vbv-bufsize': maxKbps,
      // A frame goes in and its packet comes out: the first picture is never held back.
      bframes: 0,
      'rc-lookahead': 0,
      'sync-lookahead': 0,
      // Several threads share what is left of the buffer in the order in which they happen to run, so that the same
      // pictures would give other bytes each time. The other core decodes meanwhile.
      threads: 1,
      // Keyframes lie where the boundary table says and nowhere else.
      keyint: 'infinite',
      scenecut: 0,
      'open-gop': 0,
      // Spends the bits where the eye looks; the preset's own choice, kept from changing under us.
      'aq-mode': 1,
      // Lengths instead of start codes, as MP4 wants them.
      annexb: 0,
    },
  }
}
