// Sets of titles as bits, in chunks of equal size: what several facets have in common is found without asking for each title (pure).

/** Titles of a chunk, by their numbers: the bits of one are a row of 1.4 kB. */
export const CHUNK_TITLES = 8192
const BYTES = CHUNK_TITLES / 8

export type Bits = Uint8Array

export const emptyBits = (): Bits => new Uint8Array(BYTES)
export const chunkOf = (seq: number): number => Math.floor(seq / CHUNK_TITLES)
/** As text, which both databases hold and a copy between them compares. */
export const bitsToText = (bits: Bits): string => Buffer.from(bits).toString('base64')
export const textToBits = (text: string): Bits => new Uint8Array(Buffer.from(text, 'base64'))

export function setBit(bits: Bits, seq: number, isIn: boolean): void {
  const at = seq % CHUNK_TITLES
  const mask = 1 << (at & 7)
  bits[at >> 3] = isIn ? (bits[at >> 3] ?? 0) | mask : (bits[at >> 3] ?? 0) & ~mask
}

/** What is in all of these; at least one. */
export function common(sets: readonly Bits[]): Bits {
  const bits = Uint8Array.from(sets[0] ?? emptyBits())
  for (const set of sets.slice(1))
    for (let byte = 0; byte < BYTES; byte += 1) bits[byte] = (bits[byte] ?? 0) & (set[byte] ?? 0)
  return bits
}

/** How many bits each byte has. */
const ONES = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length)
export function countBits(bits: Bits): number {
  let count = 0
  for (let byte = 0; byte < BYTES; byte += 1) count += ONES[bits[byte] ?? 0] ?? 0
  return count
}

/** The numbers of the titles, ascending. */
export function seqsOf(chunk: number, bits: Bits): number[] {
  const seqs: number[] = []
  for (let byte = 0; byte < BYTES; byte += 1)
    for (let bit = 0, left = bits[byte] ?? 0; left !== 0; bit += 1, left >>= 1)
      if (left & 1) seqs.push(chunk * CHUNK_TITLES + byte * 8 + bit)
  return seqs
}
