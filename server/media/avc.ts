// H.264 and HEVC bytes (pure): Annex B start codes to length prefixes, parameter sets to avcC.
const SPS = 7
const PPS = 8

/** The NAL units between start codes, without them and without trailing zeros. */
export function annexBUnits(bytes: Uint8Array): Uint8Array[] {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const units: Uint8Array[] = []
  let start = -1
  for (let at = data.indexOf(START_CODE); ; at = data.indexOf(START_CODE, at + 3)) {
    const end = at < 0 ? data.byteLength : at
    if (start >= 0) {
      let last = end
      while (last > start && data[last - 1] === 0) last--
      if (last > start) units.push(data.subarray(start, last))
    }
    if (at < 0) return units
    start = at + 3
  }
}
const START_CODE = Buffer.of(0, 0, 1)

/** Each unit behind its length in four bytes, as MP4 stores it. */
export function lengthPrefixed(units: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    units.flatMap((unit) => {
      const size = Buffer.alloc(4)
      size.writeUInt32BE(unit.byteLength)
      return [size, unit]
    }),
  )
}

/** AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1) from either form an encoder or a demuxer gives. */
export function avcConfiguration(extradata: Uint8Array): Uint8Array {
  if (extradata[0] === 1) return extradata
  const units = annexBUnits(extradata)
  const sets = units.filter((unit) => ((unit[0] ?? 0) & 0x1f) === SPS)
  const pictures = units.filter((unit) => ((unit[0] ?? 0) & 0x1f) === PPS)
  const first = sets[0]
  if (!first || first.byteLength < 4 || pictures.length === 0) {
    throw new RangeError('The H.264 stream has no parameter sets')
  }
  const [, profile = 0, constraints = 0, level = 0] = first
  const parts = [Buffer.of(1, profile, constraints, level, 0xff, 0xe0 | sets.length), ...sets.map(sized)]
  parts.push(Buffer.of(pictures.length), ...pictures.map(sized))
  // High profiles repeat chroma format and depths: 4:2:0 with 8 bits unless an encoder made something else.
  if (profile >= 100 && profile !== 118 && profile !== 128) parts.push(Buffer.of(0xfd, 0xf8, 0xf8, 0))
  return Buffer.concat(parts)
}

function sized(unit: Uint8Array): Buffer {
  const size = Buffer.alloc(2)
  size.writeUInt16BE(unit.byteLength)
  return Buffer.concat([size, unit])
}
