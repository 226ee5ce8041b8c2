// Opens a file for one of its tracks: packets of the others are not even read.
import { AVDISCARD_ALL } from 'node-av/constants'
import type { FormatContext, Stream } from 'node-av/lib'
import { MediaRefused } from '../media-engine.ts'
import { openFile } from './probe.ts'

/** The taker closes `input`. Rejects with `MediaRefused` where the file has no such track. */
export async function openTrack(
  path: string,
  trackIndex: number,
): Promise<{ input: FormatContext; stream: Stream }> {
  const input = await openFile(path)
  try {
    // Only the stream itself tells sample rate and channels in many containers.
    await input.findStreamInfo(null)
    const stream = input.streams.find((one) => one.index === trackIndex)
    if (!stream) throw new MediaRefused('The file has no such track any more.')
    for (const other of input.streams) if (other.index !== trackIndex) other.discard = AVDISCARD_ALL
    return { input, stream }
  } catch (error) {
    await input.closeInput()
    throw error
  }
}
