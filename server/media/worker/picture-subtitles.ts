// Picture subtitles of a container: which decoder a track needs, and the whole track as a file of Blu-ray subtitles.
import { AV_CODEC_ID_DVD_SUBTITLE, AV_CODEC_ID_HDMV_PGS_SUBTITLE, AVDISCARD_ALL } from 'node-av/constants'
import { Packet, type Stream } from 'node-av/lib'
import { MediaRefused } from '../media-engine.ts'
import type { PictureCue } from '../picture-cue.ts'
import { createPgsDecoder } from '../subtitles/pgs.ts'
import { createPgsWriter } from '../subtitles/pgs-write.ts'
import { decodeVobSub, vobSubHeader } from '../subtitles/vobsub.ts'
import { openFile } from './probe.ts'

/** DVDs often say no end; nobody reads one subtitle longer. */
const LONGEST_SECONDS = 10
/** A browser takes the whole track at once; discs stay far below. */
const MOST_BYTES = 100 * 1024 * 1024

/** A packet to the cue that is whole with it; null for tracks whose pictures nobody here can read. */
export function cueDecoderOf(
  stream: Stream,
): ((data: Buffer, atSeconds: number) => PictureCue | null) | null {
  const { codecId, extradata } = stream.codecpar
  if (codecId === AV_CODEC_ID_HDMV_PGS_SUBTITLE) return createPgsDecoder()
  if (codecId !== AV_CODEC_ID_DVD_SUBTITLE) return null
  const header = vobSubHeader(extradata)
  return (data, atSeconds) => {
    const cue = decodeVobSub(data, header, atSeconds)
    return cue && { ...cue, endSeconds: cue.endSeconds ?? cue.startSeconds + LONGEST_SECONDS }
  }
}

export async function pgsOf(path: string, trackIndex: number, startSeconds: number): Promise<Uint8Array> {
  const input = await openFile(path)
  const packet = new Packet()
  packet.alloc()
  try {
    if (!/^(mov,|matroska)/.test(input.iformat?.name ?? '')) await input.findStreamInfo(null)
    const stream = input.streams.find((one) => one.index === trackIndex)
    const decode = stream && cueDecoderOf(stream)
    if (!stream || !decode)
      throw new MediaRefused('These subtitles are pictures of a kind that cannot be shown.')
    // The library makes a new object for each look at a stream.
    for (const other of input.streams) if (other.index !== trackIndex) other.discard = AVDISCARD_ALL
    const { num, den } = stream.timeBase
    const writer = createPgsWriter()
    const parts: Buffer[] = []
    let bytes = 0
    while ((await input.readFrame(packet)) >= 0) {
      if (packet.streamIndex === trackIndex && packet.data) {
        const cue = decode(Buffer.from(packet.data), (Number(packet.pts) * num) / den - startSeconds)
        const part = cue && writer.add(cue)
        if (part) parts.push(part)
        bytes += part?.length ?? 0
      }
      packet.unref()
      if (bytes > MOST_BYTES) throw new MediaRefused('The subtitles of this track are larger than 100 MB.')
    }
    return Buffer.concat([...parts, writer.end()])
  } finally {
    packet.free()
    await input.closeInput()
  }
}
