// Draws a picture subtitle track into the pictures of an encode.
import { Packet, type Frame } from 'node-av/lib'
import { MediaRefused } from '../media-engine.ts'
import { draw, fitted, newest, placed, type CueBitmap, type PictureCue } from '../picture-cue.ts'
import { cueDecoderOf } from './picture-subtitles.ts'
import { seekFile } from './open-track.ts'
import { openFile } from './probe.ts'

/** A subtitle that began this long ago may still be shown. */
const LEAD_SECONDS = 20
/** Tracks are interleaved within about a second: nothing that is due comes later than this in the file. */
const INTERLEAVE_SECONDS = 2
const NO_TIME = -(2n ** 63n)

type Size = { width: number; height: number }

export async function openBurnIn(path: string, index: number, startSeconds: number, film: Size) {
  const input = await openFile(path)
  const stream = input.streams.find((one) => one.index === index)
  const decode = stream && cueDecoderOf(stream)
  if (!stream || !decode) {
    await input.closeInput()
    throw new MediaRefused('These subtitles cannot be drawn into the picture: only PGS and VobSub can.')
  }
  const packet = new Packet()
  packet.alloc()
  let cues: PictureCue[] = []
  let readTo: number | null = null
  let shown: { cue: PictureCue; bitmaps: CueBitmap[] } | null = null

  async function read(seconds: number): Promise<void> {
    if (readTo === null) {
      await seekFile(input, Math.max(0, seconds - LEAD_SECONDS) + startSeconds)
      readTo = 0
    }
    while (readTo < seconds + INTERLEAVE_SECONDS) {
      if ((await input.readFrame(packet)) < 0) {
        readTo = Infinity
        return
      }
      const base = input.streams[packet.streamIndex]?.timeBase
      const time = packet.dts === NO_TIME ? packet.pts : packet.dts
      const at = base && time !== NO_TIME ? (Number(time) * base.num) / base.den - startSeconds : readTo
      if (packet.streamIndex === index && packet.data) {
        const cue = decode?.(Buffer.from(packet.data), at)
        if (cue) cues = newest([...cues, cue])
      }
      packet.unref()
      readTo = Math.max(readTo, at)
    }
  }

  function due(seconds: number): PictureCue | null {
    const next = cues.findIndex(({ startSeconds: start }) => start > seconds)
    const last = next < 0 ? cues.length - 1 : next - 1
    if (last > 0) cues = cues.slice(last)
    const cue = cues[0]
    if (!cue || cue.startSeconds > seconds) return null
    return seconds < (cue.endSeconds ?? Infinity) ? cue : null
  }

  return {
    /** `source`: the size the picture had in the file. */
    async drawInto(frame: Frame, seconds: number, source: Size): Promise<void> {
      await read(seconds)
      const cue = due(seconds)
      if (!cue) return
      if (shown?.cue !== cue) {
        const place = placed(cue.canvas, source, film)
        shown = { cue, bitmaps: cue.bitmaps.map((bitmap) => fitted(bitmap, place, film)) }
      }
      frame.makeWritable()
      const [y, u, v] = frame.data ?? []
      if (!y || !u || !v) return
      for (const bitmap of shown.bitmaps) draw(bitmap, { y, u, v, strides: frame.linesize })
    },
    async close(): Promise<void> {
      packet.free()
      await input.closeInput()
    },
  }
}
