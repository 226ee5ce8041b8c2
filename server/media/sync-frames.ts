// What the frames of a sound stream say of themselves (pure): configurations that containers leave out.

const bitsOf = (bytes: Uint8Array) => {
  let at = 0
  return {
    read(count: number): number {
      let value = 0
      for (let i = 0; i < count; i++, at++)
        value = value * 2 + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1)
      return value
    },
    skip(count: number): void {
      at += count
    },
  }
}

/** Big-endian bits of fields `[value, width]`, filled up with zeros to whole bytes. */
function packed(fields: readonly (readonly [number, number])[]): Buffer {
  const text = fields.map(([value, width]) => value.toString(2).padStart(width, '0').slice(-width)).join('')
  const bytes = text.padEnd(Math.ceil(text.length / 8) * 8, '0').match(/.{8}/g) ?? []
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)))
}

/** ADTS (ISO/IEC 13818-7 §6.2): the AudioSpecificConfig and where the frame's data begin; null for bare data. */
export function readAdts(data: Uint8Array): { config: Buffer; headerBytes: number } | null {
  if (data.byteLength < 7 || data[0] !== 0xff || ((data[1] ?? 0) & 0xf6) !== 0xf0) return null
  const bits = bitsOf(data)
  bits.skip(15)
  const hasChecksum = bits.read(1) === 0
  const objectType = bits.read(2) + 1
  const rateIndex = bits.read(4)
  bits.skip(1)
  const channels = bits.read(3)
  const config = packed([
    [objectType, 5],
    [rateIndex, 4],
    [channels, 4],
    [0, 3],
  ])
  return { config, headerBytes: hasChecksum ? 9 : 7 }
}

/** AC-3 (ETSI TS 102 366 §4.4, annex F.4): the body of `dac3`. */
export function ac3Specific(frame: Uint8Array): Buffer {
  const bits = bitsOf(frame)
  if (bits.read(16) !== 0x0b77) throw new RangeError('The AC-3 sound does not begin with a frame')
  bits.skip(16)
  const rateCode = bits.read(2)
  const sizeCode = bits.read(6)
  const bsid = bits.read(5)
  const bsmod = bits.read(3)
  const mode = bits.read(3)
  if ((mode & 1) !== 0 && mode !== 1) bits.skip(2)
  if ((mode & 4) !== 0) bits.skip(2)
  if (mode === 2) bits.skip(2)
  return packed([
    [rateCode, 2],
    [bsid, 5],
    [bsmod, 3],
    [mode, 3],
    [bits.read(1), 1],
    [sizeCode >> 1, 5],
    [0, 5],
  ])
}

const EAC3_RATES = [48_000, 44_100, 32_000]
const EAC3_BLOCKS = [1, 2, 3, 6]

/** E-AC-3 (ETSI TS 102 366 annex E.1.3, F.6): the body of `dec3`, from one packet with all its substreams. */
export function eac3Specific(packet: Uint8Array): Buffer {
  let kbps = 0
  let channelLocations = 0
  let dependents = 0
  let main: { rateCode: number; bsid: number; mode: number; lfe: number } | null = null
  for (let at = 0; at + 6 <= packet.byteLength;) {
    const bits = bitsOf(packet.subarray(at))
    if (bits.read(16) !== 0x0b77) break
    const type = bits.read(2)
    bits.skip(3)
    const size = (bits.read(11) + 1) * 2
    const rateCode = bits.read(2)
    const blocks = rateCode === 3 ? 6 : (EAC3_BLOCKS[bits.read(2)] ?? 6)
    if (rateCode === 3) bits.skip(2)
    const mode = bits.read(3)
    const lfe = bits.read(1)
    const bsid = bits.read(5)
    kbps += (size * 8 * (EAC3_RATES[rateCode] ?? 24_000)) / (blocks * 256 * 1000)
    if (type !== 1) main ??= { rateCode, bsid, mode, lfe }
    else {
      dependents++
      for (let program = 0; program < (mode === 0 ? 2 : 1); program++) {
        bits.skip(5)
        if (bits.read(1) === 1) bits.skip(8)
      }
      if (bits.read(1) === 1) channelLocations |= (bits.read(16) >> 5) & 0x1f
    }
    at += size
  }
  if (!main) throw new RangeError('The E-AC-3 sound does not begin with a frame')
  return packed([
    [Math.round(kbps), 13],
    [0, 3],
    [main.rateCode, 2],
    [main.bsid, 5],
    [0, 5],
    [main.mode, 3],
    [main.lfe, 1],
    [0, 3],
    [dependents, 4],
    ...(dependents > 0 ? ([[channelLocations, 9]] as const) : ([[0, 1]] as const)),
  ])
}
