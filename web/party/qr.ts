// A text as a QR code (pure): byte mode, correction level L, versions 1 to 5, mask 0 (ISO/IEC 18004:2015).

/** Data and correction bytes by version; up to version 5 everything is one block. */
const VERSIONS = [
  { data: 19, correction: 7 },
  { data: 34, correction: 10 },
  { data: 55, correction: 15 },
  { data: 80, correction: 20 },
  { data: 108, correction: 26 },
] as const

/** Level L and mask 0 with their own correction, ISO/IEC 18004 annex C. */
const FORMAT = 0b111011111000100

const times = (a: number, b: number): number => {
  let product = 0
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ (product & 0x80 ? 0x11d : 0)
    if ((b >> bit) & 1) product ^= a
  }
  return product & 0xff
}

/** The remainder of the data divided by the generator of so many roots, in GF(2⁸) with 0x11d. */
export function correctionOf(data: readonly number[], count: number): number[] {
  let generator = [1]
  for (let i = 0, root = 1; i < count; i++, root = times(root, 2)) {
    const next = [...generator, 0]
    for (const [at, factor] of generator.entries()) next[at + 1] = (next[at + 1] ?? 0) ^ times(factor, root)
    generator = next
  }
  const rest = [...data, ...Array<number>(count).fill(0)]
  for (let at = 0; at < data.length; at++) {
    const lead = rest[at] ?? 0
    for (const [i, factor] of generator.entries()) rest[at + i] = (rest[at + i] ?? 0) ^ times(factor, lead)
  }
  return rest.slice(data.length)
}

function bytesOf(text: Uint8Array, size: number): number[] {
  const bits: number[] = []
  const push = (value: number, count: number): void => {
    for (let bit = count - 1; bit >= 0; bit--) bits.push((value >> bit) & 1)
  }
  push(0b0100, 4)
  push(text.length, 8)
  for (const byte of text) push(byte, 8)
  push(0, Math.min(4, size * 8 - bits.length))
  while (bits.length % 8 > 0) bits.push(0)
  const bytes = Array.from({ length: bits.length / 8 }, (_, i) =>
    bits.slice(i * 8, i * 8 + 8).reduce((byte, bit) => byte * 2 + bit, 0),
  )
  for (let pad = 0xec; bytes.length < size; pad ^= 0xec ^ 0x11) bytes.push(pad)
  return bytes
}

/** Rows of dark (`true`) and light squares without a margin; null when the text is too long. */
export function qrCode(text: string): boolean[][] | null {
  const encoded = new TextEncoder().encode(text)
  const index = VERSIONS.findIndex(({ data }) => encoded.length <= data - 2)
  const version = VERSIONS[index]
  if (!version) return null
  const size = 21 + 4 * index
  const dark = Array.from({ length: size }, () => Array<boolean | null>(size).fill(null))
  const set = (row: number, column: number, isDark: boolean): void => {
    const line = dark[row]
    if (line && column >= 0 && column < size) line[column] = isDark
  }

  const square = (row: number, column: number, reach: number): void => {
    for (let r = -reach; r <= reach; r++)
      for (let c = -reach; c <= reach; c++) {
        const ring = Math.max(Math.abs(r), Math.abs(c))
        set(row + r, column + c, reach === 2 ? ring !== 1 : ring !== 2 && ring !== 4)
      }
  }
  square(3, 3, 4)
  square(3, size - 4, 4)
  square(size - 4, 3, 4)
  if (index > 0) square(size - 7, size - 7, 2)
  for (let i = 8; i < size - 8; i++) {
    set(6, i, i % 2 === 0)
    set(i, 6, i % 2 === 0)
  }
  for (let bit = 0; bit < 15; bit++) {
    const isDark = ((FORMAT >> bit) & 1) === 1
    // Twice, around the corners; the line and column of the timing pattern are skipped.
    set(bit < 6 ? bit : bit < 8 ? bit + 1 : size - 15 + bit, 8, isDark)
    set(8, bit < 8 ? size - 1 - bit : bit === 8 ? 7 : 14 - bit, isDark)
  }
  set(size - 8, 8, true)

  const data = bytesOf(encoded, version.data)
  const all = [...data, ...correctionOf(data, version.correction)]
  for (const [at, [row, column]] of dataPath(dark).entries()) {
    const bit = ((all[at >> 3] ?? 0) >> (7 - (at & 7))) & 1
    set(row, column, (bit === 1) !== ((row + column) % 2 === 0))
  }
  return dark.map((line) => line.map((isDark) => isDark === true))
}

/** Free squares in the order of the bits: two columns at a time, up and down, from the right. */
export function dataPath(taken: readonly (readonly (boolean | null)[])[]): [number, number][] {
  const size = taken.length
  const path: [number, number][] = []
  let up = true
  for (let right = size - 1; right > 0; right -= 2, up = !up) {
    if (right === 6) right--
    for (let i = 0; i < size; i++) {
      const row = up ? size - 1 - i : i
      for (const column of [right, right - 1]) if (taken[row]?.[column] === null) path.push([row, column])
    }
  }
  return path
}
