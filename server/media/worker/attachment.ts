// A file carried inside a container, such as a font: FFmpeg keeps its bytes as the stream's extradata.
import { AVMEDIA_TYPE_ATTACHMENT } from 'node-av/constants'
import { MediaRefused } from '../media-engine.ts'
import { openFile } from './probe.ts'

export async function attachmentOf(path: string, index: number): Promise<Uint8Array> {
  const input = await openFile(path)
  try {
    const stream = input.streams.find((one) => one.index === index)
    const bytes = stream?.codecpar.extradata
    if (stream?.codecpar.codecType !== AVMEDIA_TYPE_ATTACHMENT || !bytes)
      throw new MediaRefused('The file carries no such attachment any more.')
    return Buffer.from(bytes)
  } finally {
    await input.closeInput()
  }
}
