// Reads bits and Exp-Golomb numbers of an H.264 parameter set (ITU-T H.264 §9.1), emulation bytes taken out.

/** Beyond the end every bit is 0 and `isOver` is true: the caller drops what it read. */
export function bitReader(unit: Uint8Array) {
  const bytes: number[] = []
  for (const [at, byte] of unit.entries())
    if (!(byte === 3 && at >= 2 && unit[at - 1] === 0 && unit[at - 2] === 0)) bytes.push(byte)
  let at = 0
  const bit = () => {
    const value = ((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1
    at += 1
    return value
  }
  const bits = (count: number) => {
    let value = 0
    for (let nth = 0; nth < count; nth += 1) value = value * 2 + bit()
    return value
  }
  const unsigned = () => {
    let zeros = 0
    while (bit() === 0 && zeros < 32 && at <= bytes.length * 8) zeros += 1
    return 2 ** zeros - 1 + bits(zeros)
  }
  const signed = () => {
    const value = unsigned()
    return value % 2 === 1 ? (value + 1) / 2 : -value / 2
  }
  return {
    bit,
    bits,
    unsigned,
    signed,
    skip: (count: number) => void (at += count),
    isOver: () => at > bytes.length * 8,
  }
}
export type BitReader = ReturnType<typeof bitReader>
