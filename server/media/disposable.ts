// Packets that no other picture needs (pure): on the way to a picture further on they are left out undecoded.

export type DisposableTest = (packet: Uint8Array) => boolean

/** The first byte of each unit behind a length prefix. */
function* unitHeads(packet: Uint8Array, lengthBytes: number): Generator<number> {
  for (let at = 0; at + lengthBytes < packet.byteLength;) {
    let length = 0
    for (let n = 0; n < lengthBytes; n++) length = length * 256 + (packet[at + n] ?? 0)
    yield packet[at + lengthBytes] ?? 0
    at += lengthBytes + length
  }
}

/** H.264 (§7.4.1): a coded slice (1 to 5) of which `nal_ref_idc` is zero. */
const avcTest =
  (lengthBytes: number): DisposableTest =>
  (packet) => {
    for (const head of unitHeads(packet, lengthBytes)) {
      const type = head & 0x1f
      if (type >= 1 && type <= 5) return (head & 0x60) === 0
    }
    return false
  }

/** HEVC (§7.4.2.2): slices of even types below 16 are no reference within their layer of time. */
const hevcTest =
  (lengthBytes: number): DisposableTest =>
  (packet) => {
    for (const head of unitHeads(packet, lengthBytes)) {
      const type = (head >> 1) & 0x3f
      if (type < 32) return type < 16 && type % 2 === 0
    }
    return false
  }

/**
 * From the track's configuration record (ISO/IEC 14496-15 §5.3.3.1, §8.3.3.1); null where it cannot be told. With
 * several layers of time a picture may be a reference for a higher one: then nothing is left out.
 */
export function disposableTest(codec: string, configuration: Uint8Array | null): DisposableTest | null {
  if (configuration?.[0] !== 1) return null
  if (codec === 'h264' && configuration.byteLength >= 7) return avcTest(((configuration[4] ?? 0) & 3) + 1)
  const layersOfTime = ((configuration[21] ?? 0) >> 3) & 7
  if (codec === 'hevc' && configuration.byteLength >= 23 && layersOfTime === 1)
    return hevcTest(((configuration[21] ?? 0) & 3) + 1)
  return null
}
