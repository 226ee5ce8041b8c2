// Fonts that a file carries for its styled subtitles: taken out once, kept as blobs.
import type { Playback } from '#shared/api/playback.ts'
import type { Attachment } from '#shared/media.ts'
import { type MediaEngine, MediaRefused } from '../media/media-engine.ts'
import { createLimiter, createSingleFlight } from '../platform/async.ts'
import type { Blobs } from '../platform/blobs/blobs.ts'
import type { Log } from '../platform/log.ts'
import { Problem } from '../platform/problem.ts'
import type { Asset } from './asset.ts'
import { derivedFolder } from './derived.ts'

export type FontsDeps = {
  engine: Pick<MediaEngine, 'attachment'>
  blobs: Pick<Blobs, 'read' | 'put'>
  log: Log
}

/** Fonts for Chinese and Japanese are the largest. */
const MOST_FONT_BYTES = 40 * 1024 * 1024
const MOST_BYTES = 120 * 1024 * 1024
const MOST_FONTS = 50
const EXTRACTS_AT_ONCE = 2
/** TrueType, OpenType, Apple's TrueType, collections, WOFF and WOFF 2: how their bytes begin. */
const MAGIC = new Set(['00010000', '4f54544f', '74727565', '74746366', '774f4646', '774f4632'])

export const isFont = (bytes: Uint8Array): boolean =>
  MAGIC.has(Buffer.from(bytes.subarray(0, 4)).toString('hex'))

/** Fonts that are handed out, in the file's order: no more than a browser can hold. */
export function fontsOf(attachments: readonly Attachment[]): Attachment[] {
  let bytes = 0
  return attachments
    .filter(({ kind, sizeBytes }) => kind === 'font' && sizeBytes !== null && sizeBytes <= MOST_FONT_BYTES)
    .slice(0, MOST_FONTS)
    .filter(({ sizeBytes }) => (bytes += sizeBytes ?? 0) <= MOST_BYTES)
}

export function createFonts({ engine, blobs, log }: FontsDeps) {
  const one = createSingleFlight<Uint8Array>()
  const limit = createLimiter(EXTRACTS_AT_ONCE)

  return {
    /** A player fetches them with styled subtitles, also with those that lie beside the file. */
    choices({ file: { media } }: Asset, base: string): Playback['fonts'] {
      return fontsOf(media.attachments).map(({ index, fileName }) => ({
        name: fileName ?? `font ${index}`,
        url: `${base}/fonts/${index}`,
      }))
    },

    async bytes({ file }: Asset, index: number): Promise<Uint8Array> {
      if (!fontsOf(file.media.attachments).some((font) => font.index === index))
        throw new Problem('not-found')
      const key = `${derivedFolder('fonts', file.identity)}/${index}`
      return one(key, async () => {
        const kept = await blobs.read(key).catch(() => null)
        if (kept) return kept
        const made = await limit(() => engine.attachment(file.path, index)).catch((error: unknown) => {
          if (error instanceof MediaRefused)
            throw new Problem('not-playable', error.message, { cause: error })
          throw error
        })
        // Whatever a file calls a font: nothing else goes to a browser from here.
        if (!isFont(made)) throw new Problem('not-found', 'This is not a font.')
        await blobs.put(key, made).catch((err: unknown) => log.warn({ err }, 'a font was not kept'))
        return made
      })
    },
  }
}
export type Fonts = ReturnType<typeof createFonts>
