// The RFC 6381 codec string of an H.264 init segment, read from its bytes, so that playlists cannot differ from them.

/** `avc1.PPCCLL` from the profile, constraints and level in `avcC` (ISO 14496-15 §5.3.3.1). */
export function avcCodecOf(init: Uint8Array): string | null {
  const bytes = Buffer.from(init.buffer, init.byteOffset, init.byteLength)
  const at = bytes.indexOf('avcC')
  if (at < 0 || at + 8 > bytes.length) return null
  return `avc1.${bytes.subarray(at + 5, at + 8).toString('hex')}`
}
