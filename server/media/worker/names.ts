// FFmpeg's numbers as the names its own tools print.

const table = (names: Record<number, string>): Readonly<Record<number, string>> => names

/** libavutil/pixdesc.c, `color_range_names`. */
export const COLOR_RANGES = table({ 1: 'tv', 2: 'pc' })

/** ISO/IEC 23091-2 §8.1, with libavutil's names; 2 is "unspecified" and left out. */
export const COLOR_PRIMARIES = table({
  1: 'bt709',
  4: 'bt470m',
  5: 'bt470bg',
  6: 'smpte170m',
  7: 'smpte240m',
  8: 'film',
  9: 'bt2020',
  10: 'smpte428',
  11: 'smpte431',
  12: 'smpte432',
  22: 'ebu3213',
})

/** ISO/IEC 23091-2 §8.2. */
export const COLOR_TRANSFERS = table({
  1: 'bt709',
  4: 'bt470m',
  5: 'bt470bg',
  6: 'smpte170m',
  7: 'smpte240m',
  8: 'linear',
  9: 'log100',
  10: 'log316',
  11: 'iec61966-2-4',
  12: 'bt1361e',
  13: 'iec61966-2-1',
  14: 'bt2020-10',
  15: 'bt2020-12',
  16: 'smpte2084',
  17: 'smpte428',
  18: 'arib-std-b67',
})

/** ISO/IEC 23091-2 §8.3. */
export const COLOR_SPACES = table({
  0: 'gbr',
  1: 'bt709',
  4: 'fcc',
  5: 'bt470bg',
  6: 'smpte170m',
  7: 'smpte240m',
  8: 'ycgco',
  9: 'bt2020nc',
  10: 'bt2020c',
  11: 'smpte2085',
  12: 'chroma-derived-nc',
  13: 'chroma-derived-c',
  14: 'ictcp',
})

/** Profiles of codecs whose decoder here does not list them. */
const PROFILES: Readonly<Record<string, readonly string[]>> = {
  av1: ['Main', 'High', 'Professional'],
  vp8: ['0', '1', '2', '3'],
}

export const profileNameOf = (codec: string, profile: number): string | null =>
  PROFILES[codec]?.[profile] ?? null

/** `yuv420p10le` → 10, `p010le` → 10, `yuv420p` → 8. */
export function bitDepthOf(pixelFormat: string | null, bitsPerRawSample: number): number | null {
  if (bitsPerRawSample > 0 && bitsPerRawSample <= 32) return bitsPerRawSample
  if (!pixelFormat) return null
  const planar = /(?:p|gray|x2rgb|x2bgr)(9|10|12|14|16)(?:le|be)$/.exec(pixelFormat)
  if (planar) return Number(planar[1])
  const semiPlanar = /^(?:p|y)[0-4](10|12|16)(?:le|be)?$/.exec(pixelFormat)
  return semiPlanar ? Number(semiPlanar[1]) : 8
}

const IMAGE_SUBTITLES = new Set(['hdmv_pgs_subtitle', 'dvd_subtitle', 'dvb_subtitle', 'xsub', 'dvb_teletext'])

export const subtitleKindOf = (codec: string) =>
  IMAGE_SUBTITLES.has(codec) ? 'image' : codec === 'ass' || codec === 'ssa' ? 'ass' : 'text'
