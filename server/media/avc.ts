// H.264 and HEVC bytes (pure): Annex B start codes to length prefixes, parameter sets to avcC.
const SUPPLEMENTAL = 6
const SPS = 7
const PPS = 8
const DELIMITER = 9

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
  const sets = units.filter((unit) => typeOf(unit) === SPS)
  const pictures = units.filter((unit) => typeOf(unit) === PPS)
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

/** SPS and PPS out of an avcC or Annex B configuration. */
export function parameterSets(extradata: Uint8Array): Uint8Array[] {
  if (extradata[0] !== 1) return annexBUnits(extradata).filter(isParameterSet)
  const data = Buffer.from(extradata.buffer, extradata.byteOffset, extradata.byteLength)
  const sets: Uint8Array[] = []
  let at = 5
  for (const mask of [0x1f, 0xff]) {
    const count = (data[at++] ?? 0) & mask
    for (let n = 0; n < count; n++) {
      const end = at + 2 + data.readUInt16BE(at)
      sets.push(data.subarray(at + 2, end))
      at = end
    }
  }
  return sets
}

/** A picture's units without what only tells of the encoder; a key picture brings its parameter sets along. */
export function selfContained(
  units: readonly Uint8Array[],
  isKey: boolean,
  sets: readonly Uint8Array[],
): Uint8Array[] {
  const kept = units.filter((unit) => ![SUPPLEMENTAL, DELIMITER].includes(typeOf(unit)))
  return isKey && !kept.some((unit) => typeOf(unit) === SPS) ? [...sets, ...kept] : kept
}

const typeOf = (unit: Uint8Array): number => (unit[0] ?? 0) & 0x1f
const isParameterSet = (unit: Uint8Array): boolean => [SPS, PPS].includes(typeOf(unit))

function sized(unit: Uint8Array): Buffer {
  const size = Buffer.alloc(2)
  size.writeUInt16BE(unit.byteLength)
  return Buffer.concat([size, unit])
}
