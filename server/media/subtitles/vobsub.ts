// DVD's picture subtitles (pure): one packet, one cue. http://dvd.sourceforge.net/dvdinfo/spu.html
import type { PictureCue } from '../picture-cue.ts'
import { colored } from './pgs.ts'

/** What the .idx header says, as Matroska and MP4 keep it. */
export type VobSubHeader = { width: number; height: number; palette: readonly number[] }

export function vobSubHeader(extradata: Buffer | null): VobSubHeader {
  const text = extradata?.toString('latin1') ?? ''
  const size = /size:\s*(\d{2,4})x(\d{2,4})/.exec(text)
  const palette = /palette:\s*([0-9a-f, ]+)/i
    .exec(text)?.[1]
    ?.split(/[, ]+/)
    .map((hex) => Number.parseInt(hex, 16))
  const greys = Array.from({ length: 16 }, (_, n) => n * 0x111111)
  return { width: Number(size?.[1] ?? 720), height: Number(size?.[2] ?? 576), palette: palette ?? greys }
}

/** 90 kHz divided by 1024. */
const DATE_SECONDS = 1024 / 90_000

export function decodeVobSub(packet: Buffer, header: VobSubHeader, atSeconds: number): PictureCue | null {
  const canvas = { width: header.width, height: header.height }
  let start = 0
  let end: number | null = null
  let chosen = [0, 0, 0, 0]
  let alphas = [0, 0, 0, 0]
  let area = { x: 0, y: 0, width: 0, height: 0 }
  let fields = [0, 0]
  const four = (at: number) => {
    const [high = 0, low = 0] = packet.subarray(at, at + 2)
    return [low & 15, low >> 4, high & 15, high >> 4]
  }
  const twelve = (at: number, isSecond: boolean) =>
    isSecond
      ? (((packet[at + 1] ?? 0) & 15) << 8) | (packet[at + 2] ?? 0)
      : ((packet[at] ?? 0) << 4) | ((packet[at + 1] ?? 0) >> 4)

  if (packet.length < 4) return null
  let sequence = packet.readUInt16BE(2)
  for (let seen = 0; seen < 16 && sequence + 4 <= packet.length; seen++) {
    const date = packet.readUInt16BE(sequence) * DATE_SECONDS
    const next = packet.readUInt16BE(sequence + 2)
    commands: for (let at = sequence + 4; at < packet.length;) {
      switch (packet[at++]) {
        case 0:
        case 1:
          start = date
          break
        case 2:
          end = date
          break
        case 3:
          chosen = four(at)
          at += 2
          break
        case 4:
          alphas = four(at)
          at += 2
          break
        case 5: {
          const [x, y] = [twelve(at, false), twelve(at + 3, false)]
          area = { x, y, width: twelve(at, true) - x + 1, height: twelve(at + 3, true) - y + 1 }
          at += 6
          break
        }
        case 6:
          if (at + 4 > packet.length) return null
          fields = [packet.readUInt16BE(at), packet.readUInt16BE(at + 2)]
          at += 4
          break
        default:
          break commands
      }
    }
    if (next <= sequence) break
    sequence = next
  }
  const { width, height } = area
  if (width < 1 || height < 1 || width > 4096 || height > 4096) return null
  const colors = new Uint8Array(16)
  chosen.forEach((entry, n) =>
    colors.set([...bt709(header.palette[entry] ?? 0), (alphas[n] ?? 0) * 17], n * 4),
  )
  const pixels = colored(lines(packet, fields, width, height), colors)
  return {
    startSeconds: atSeconds + start,
    endSeconds: end === null ? null : atSeconds + end,
    canvas,
    bitmaps: [{ ...area, pixels }],
  }
}

/** Two fields of runs: each run is one to four nibbles, the last two bits are the colour. */
function lines(packet: Buffer, fields: readonly number[], width: number, height: number): Uint8Array {
  const pixels = new Uint8Array(width * height)
  for (const [field, offset] of fields.entries()) {
    let nibble = offset * 2
    const take = () => {
      const byte = packet[nibble >> 1] ?? 0
      return nibble++ % 2 === 0 ? byte >> 4 : byte & 15
    }
    for (let row = field; row < height && nibble >> 1 < packet.length; row += 2) {
      for (let column = 0; column < width;) {
        let code = take()
        for (let least = 4; code < least && least <= 64; least *= 4) code = (code << 4) | take()
        const length = code < 4 ? width - column : Math.min(code >> 2, width - column)
        pixels.fill(code & 3, row * width + column, row * width + column + length)
        column += length
      }
      nibble += nibble % 2
    }
  }
  return pixels
}

/** ITU-R BT.709, limited range. */
function bt709(rgb: number): [number, number, number] {
  const [r, g, b] = [(rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255].map((part) => part / 255) as [
    number,
    number,
    number,
  ]
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b
  return [16 + 219 * y, 128 + (224 * (b - y)) / 1.8556, 128 + (224 * (r - y)) / 1.5748].map(Math.round) as [
    number,
    number,
    number,
  ]
}
