// Hardware encoders of H.264 (pure): which there are, what tells that one may be here, how each is set.
import type { EncodedVideo } from './media-engine.ts'

/** In the order in which they are preferred. */
export const HARDWARE_ENCODERS = [
  'h264_nvenc',
  'h264_qsv',
  'h264_vaapi',
  'h264_videotoolbox',
  'h264_amf',
  'h264_v4l2m2m',
] as const
export type HardwareEncoder = (typeof HARDWARE_ENCODERS)[number]

export type HardwarePlan = {
  /** How pictures lie in memory when they are handed over. */
  format: 'yuv420p' | 'nv12'
  /** The encoder takes pictures from the device's own memory. */
  isUploaded: boolean
  /** Options by FFmpeg's names, its general ones and the encoder's. */
  options: Readonly<Record<string, string | number>>
}

/** Longer than any segment, so that keyframes lie at segments' beginnings only; QuickSync keeps it in 16 bits. */
const GROUP_PICTURES = 1000
/** Of the most that is promised: hardware is held to an average, software to a quality. */
const AVERAGE_SHARE = 0.75

/** Each so that a picture goes in and its packet comes out, in order. */
const OWN: Record<HardwareEncoder, HardwarePlan> = {
  h264_nvenc: {
    format: 'yuv420p',
    isUploaded: false,
    options: { preset: 'p4', tune: 'll', rc: 'vbr', delay: 0, zerolatency: 1, 'rc-lookahead': 0 },
  },
  h264_qsv: {
    format: 'nv12',
    isUploaded: false,
    options: { preset: 'veryfast', async_depth: 1, look_ahead: 0 },
  },
  h264_vaapi: {
    format: 'nv12',
    isUploaded: true,
    options: { rc_mode: 'VBR', async_depth: 1, sei: 0 },
  },
  h264_videotoolbox: { format: 'nv12', isUploaded: false, options: { realtime: 1, allow_sw: 0 } },
  h264_amf: {
    format: 'nv12',
    isUploaded: false,
    options: { usage: 'lowlatency', quality: 'speed', rc: 'vbr_peak' },
  },
  h264_v4l2m2m: { format: 'yuv420p', isUploaded: false, options: {} },
}

export function hardwarePlan(encoder: HardwareEncoder, { bitrateBps }: { bitrateBps: number }): HardwarePlan {
  const { options, ...how } = OWN[encoder]
  return {
    ...how,
    options: {
      b: Math.round(bitrateBps * AVERAGE_SHARE),
      maxrate: bitrateBps,
      bufsize: bitrateBps,
      g: GROUP_PICTURES,
      bf: 0,
      // Video4Linux knows no profile by this name.
      ...(encoder !== 'h264_v4l2m2m' && { profile: 'high' }),
      ...options,
    },
  }
}

/** Sizes that every one of them takes; anything else is the processor's, and no fault of the hardware. */
export const suitsHardware = ({ width, height }: Pick<EncodedVideo, 'width' | 'height'>): boolean =>
  Math.min(width, height) >= 128 && Math.max(width, height) >= 256 && Math.max(width, height) <= 4096

/** A folder and how a device in it begins that tells that such an encoder may be here. */
const DEVICES: Readonly<Record<HardwareEncoder, readonly (readonly [folder: string, begins: string])[]>> = {
  h264_nvenc: [
    ['/dev', 'nvidia'],
    ['/dev', 'dxg'],
  ],
  h264_qsv: [['/dev/dri', 'renderD']],
  h264_vaapi: [['/dev/dri', 'renderD']],
  h264_videotoolbox: [],
  h264_amf: [['/dev/dri', 'renderD']],
  h264_v4l2m2m: [['/dev', 'video']],
}

/** Which are worth a trial, by the devices of a Linux machine; elsewhere all that the system may have. */
export function candidates(
  platform: NodeJS.Platform,
  namesIn: (folder: string) => readonly string[],
): HardwareEncoder[] {
  if (platform === 'darwin') return ['h264_videotoolbox']
  if (platform === 'win32') return ['h264_nvenc', 'h264_qsv', 'h264_amf']
  return HARDWARE_ENCODERS.filter((encoder) =>
    DEVICES[encoder].some(([folder, begins]) => namesIn(folder).some((name) => name.startsWith(begins))),
  )
}

/** A hardware encoder gave up: software makes this part of the segment. */
export class HardwareFailed extends Error {
  override name = 'HardwareFailed'
}
