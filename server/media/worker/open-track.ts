// Opens a file for one of its tracks: packets of the others are not even read.
import {
  AV_LOG_FATAL,
  AVDISCARD_ALL,
  AVDISCARD_DEFAULT,
  AVMEDIA_TYPE_AUDIO,
  AVSEEK_FLAG_BACKWARD,
} from 'node-av/constants'
import { type FormatContext, Log, type Stream } from 'node-av/lib'
import { MediaRefused } from '../media-engine.ts'
import { isMatroska, openFile } from './probe.ts'
import { SOUND_DECODERS } from './shortcut.ts'

/** The taker closes `input`. Rejects with `MediaRefused` where the file has no such track. */
export async function openTrack(
  path: string,
  trackIndex: number,
): Promise<{ input: FormatContext; stream: Stream }> {
  const input = await openFile(path)
  try {
    // Sound starts as soon as the picture: nothing of the pictures beside it is decoded to describe it.
    const isSound = input.streams.some(
      ({ index, codecpar }) => index === trackIndex && codecpar.codecType === AVMEDIA_TYPE_AUDIO,
    )
    const said = Log.getLevel()
    if (isSound) {
      input.setOption('codec_whitelist', SOUND_DECODERS)
      // It complains of each picture that it may not decode.
      Log.setLevel(AV_LOG_FATAL)
    }
    // Only the stream itself tells sample rate and channels in many containers.
    await input.findStreamInfo(null)
    Log.setLevel(said)
    const stream = input.streams.find((one) => one.index === trackIndex)
    if (!stream) throw new MediaRefused('The file has no such track any more.')
    for (const other of input.streams) if (other.index !== trackIndex) other.discard = AVDISCARD_ALL
    return { input, stream }
  } catch (error) {
    await input.closeInput()
    throw error
  }
}

/**
 * Puts reading at or before a time of the file's own, by its main index: sound and subtitles have often none of their
 * own. Matroska has one of its pictures alone, and FFmpeg seeks by a stream that is not discarded: without them it
 * would read the whole file up to that place.
 */
export async function seekFile(input: FormatContext, seconds: number): Promise<boolean> {
  const discarded = isMatroska(input.iformat?.name ?? '')
    ? input.streams.filter(({ discard }) => discard === AVDISCARD_ALL)
    : []
  for (const stream of discarded) stream.discard = AVDISCARD_DEFAULT
  try {
    return (await input.seekFrame(-1, BigInt(Math.round(seconds * 1e6)), AVSEEK_FLAG_BACKWARD)) >= 0
  } finally {
    for (const stream of discarded) stream.discard = AVDISCARD_ALL
  }
}
