// The RFC 6381 codec string of a track, as browsers ask for it.
import { AV_CODEC_ID_H264, AV_CODEC_ID_HEVC } from 'node-av/constants'
import type { CodecParameters } from 'node-av/lib'

/** FFmpeg prints HEVC's compatibility flags as they are stored; ISO/IEC 14496-15 annex E wants the bits reversed, without leading zeros. */
export function codecStringOf(parameters: CodecParameters): string | null {
  const { codecId, profile, level } = parameters
  if (codecId === AV_CODEC_ID_H264 || codecId === AV_CODEC_ID_HEVC) {
    if (profile < 0 || level <= 0) return null
    // Without `avcC` or `hvcC` (MPEG-TS, AVI) FFmpeg searches the raw parameter sets, and damaged ones never end.
    if (parameters.extradata?.[0] !== 1) return fromProfile(codecId === AV_CODEC_ID_H264, profile, level)
  }
  const known = parameters.getCodecString()
  if (!known || !known.includes('.')) return BARE.get(known ?? '') ?? null
  const hevc = /^(hvc1|hev1|dvh1|dvhe)\.([ABC]?\d+)\.([0-9a-fA-F]{1,8})\.(.+)$/.exec(known)
  if (!hevc) return known
  const [, entry, profileText, flags = '0', rest] = hevc
  return `${entry}.${profileText}.${reverseBits(Number.parseInt(flags, 16)).toString(16).toUpperCase()}.${rest}`
}

const hex = (value: number) => (value & 0xff).toString(16).padStart(2, '0')

/** FFmpeg keeps H.264's constraint flags above the profile: 512 is `constraint_set1`, 2048 `constraint_set3`. */
function fromProfile(isH264: boolean, profile: number, level: number): string {
  if (isH264)
    return `avc1.${hex(profile)}${hex((profile & 512 ? 0x40 : 0) | (profile & 2048 ? 0x10 : 0))}${hex(level)}`
  return `hvc1.${profile}.${profile === 1 ? 6 : profile === 2 ? 4 : (2 ** profile).toString(16)}.L${level}.B0`
}

/** Codecs whose string is one word (RFC 6381 and the codecs' own MP4 bindings). */
const BARE = new Map([
  ['opus', 'opus'],
  ['Opus', 'opus'],
  ['flac', 'flac'],
  ['fLaC', 'flac'],
  ['vorbis', 'vorbis'],
  ['vp8', 'vp8'],
  ['vp9', 'vp9'],
  ['ac-3', 'ac-3'],
  ['ac3', 'ac-3'],
  ['ec-3', 'ec-3'],
  ['eac3', 'ec-3'],
  ['mp3', 'mp3'],
])

function reverseBits(value: number): number {
  let reversed = 0
  for (let bit = 0; bit < 32; bit += 1) if ((value >>> bit) & 1) reversed |= 1 << (31 - bit)
  return reversed >>> 0
}
