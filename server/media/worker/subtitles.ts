// Subtitles out of a container or a file beside the film: WebVTT, the SubStation Alpha they are, or Blu-ray's pictures.
import { readFile, stat } from 'node:fs/promises'
import { AVDISCARD_ALL } from 'node-av/constants'
import { avGetCodecName, Packet, type FormatContext, type Stream } from 'node-av/lib'
import { onDisk } from '../../platform/path-text.ts'
import { MediaRefused, type SubtitleFormat } from '../media-engine.ts'
import { assFile, assLineText, parseAss, type AssLine } from '../subtitles/ass.ts'
import { MAX_CUES, parseCues, toWebVtt, type Cue } from '../subtitles/cues.ts'
import { decodeText } from '../subtitles/text-encoding.ts'
import { pgsOf } from './picture-subtitles.ts'
import { openFile } from './probe.ts'

const MAX_FILE_BYTES = 20 * 1024 * 1024
/** Of all texts of a track: styled karaoke of a whole film stays far below. */
const MAX_TEXT_BYTES = 50 * 1024 * 1024
/** A text that says no end stays so long at most. */
const OPEN_END_SECONDS = 5

type TextFormat = Exclude<SubtitleFormat, 'pgs'>

export async function subtitlesOf(
  path: string,
  trackIndex: number,
  format: SubtitleFormat,
  startSeconds: number,
): Promise<Uint8Array> {
  if (format === 'pgs') return pgsOf(path, trackIndex, startSeconds)
  const kind = /\.(srt|vtt|ass|ssa)$/i.exec(path)?.[1]?.toLowerCase()
  return Buffer.from(
    await (kind ? ofFile(path, kind, format) : ofTrack(path, trackIndex, format, startSeconds)),
  )
}

/** Times of a file beside the film count from the film's start already. */
async function ofFile(path: string, kind: string, format: TextFormat): Promise<string> {
  const file = onDisk(path)
  const { size } = await stat(file)
  if (size > MAX_FILE_BYTES) throw new MediaRefused('The subtitle file is larger than 20 MB.')
  const text = decodeText(await readFile(file))
  const isAss = kind === 'ass' || kind === 'ssa' || /^\ufeff?\s*\[Script Info\]/i.test(text)
  if (format === 'webvtt') return toWebVtt(isAss ? parseAss(text) : parseCues(text))
  if (!isAss) throw notStyled()
  return text.replace(/^\ufeff/, '')
}

const notStyled = () => new MediaRefused('These subtitles are not in the SubStation Alpha format.')

async function ofTrack(
  path: string,
  trackIndex: number,
  format: TextFormat,
  startSeconds: number,
): Promise<string> {
  const input = await openFile(path)
  try {
    if (!/^(mov,|matroska)/.test(input.iformat?.name ?? '')) await input.findStreamInfo(null)
    const stream = input.streams.find((one) => one.index === trackIndex)
    if (!stream) throw new MediaRefused('The file has no such track any more.')
    for (const other of input.streams) if (other.index !== trackIndex) other.discard = AVDISCARD_ALL
    const codec = avGetCodecName(stream.codecpar.codecId) ?? ''
    const isAss = codec === 'ass' || codec === 'ssa'
    if (format === 'ass' && !isAss) throw notStyled()
    const textOf = isAss ? assLineText : undefined
    const lines = await linesOf(input, stream, codec, startSeconds)
    if (format === 'ass') return assFile(decodeText(stream.codecpar.extradata ?? Buffer.alloc(0)), lines)
    return toWebVtt(lines.map(({ line, ...times }): Cue => ({ ...times, text: textOf?.(line) ?? line })))
  } finally {
    await input.closeInput()
  }
}

async function linesOf(
  input: FormatContext,
  stream: Stream,
  codec: string,
  startSeconds: number,
): Promise<AssLine[]> {
  const read = READERS[codec]
  if (!read) throw new MediaRefused(`Subtitles of the kind ${codec} cannot be shown as text.`)
  const { num, den } = stream.timeBase
  const lines: AssLine[] = []
  const packet = new Packet()
  packet.alloc()
  let bytes = 0
  try {
    while (lines.length < MAX_CUES && bytes < MAX_TEXT_BYTES && (await input.readFrame(packet)) >= 0) {
      if (packet.streamIndex === stream.index && packet.data) {
        const line = read(packet.data)
        const start = (Number(packet.pts) * num) / den - startSeconds
        const seconds = (Number(packet.duration) * num) / den
        bytes += packet.data.byteLength
        // mov_text fills pauses with empty texts.
        if (line.trim() !== '')
          lines.push({
            startSeconds: start,
            endSeconds: start + (seconds > 0 ? seconds : OPEN_END_SECONDS),
            line,
          })
      }
      packet.unref()
    }
  } finally {
    packet.free()
  }
  return lines
}

const READERS: Readonly<Record<string, (data: Buffer) => string>> = {
  subrip: decodeText,
  text: decodeText,
  webvtt: decodeText,
  ass: decodeText,
  ssa: decodeText,
  // 3GPP TS 26.245: the text's length, the text, then boxes of style.
  mov_text: (data) => (data.byteLength < 2 ? '' : decodeText(data.subarray(2, 2 + data.readUInt16BE(0)))),
}
