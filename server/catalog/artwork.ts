// Pictures of titles: made from frames where there is none, kept in blobs under the hash of their bytes, resized on demand.
import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'
import type { Artwork } from '#shared/api/catalog.ts'
import type { LibraryFile } from '../library/library.ts'
import { type MediaEngine, MediaRefused } from '../media/media-engine.ts'
import { createLimiter, createSingleFlight } from '../platform/async.ts'
import type { Blobs } from '../platform/blobs/blobs.ts'
import { Problem } from '../platform/problem.ts'
import type { CatalogStore } from './store.ts'

/** Widths that are kept; others are refused, so that nobody fills the disk with sizes. */
const WIDTHS = [160, 320, 640, 1280, 1920]
const GLANCE_WIDTH = 160
const HASH = /^[0-9a-f]{40}$/
/** Past the opening logos, before anything is given away. */
const FRAME_SHARE = 0.2
const ORIGINAL = { width: 1920, height: 1920 }
/** A picture from outside may claim any size; decoding one larger than this is not tried. */
const MAX_PIXELS = 50_000_000

/** JPEG, PNG or WebP by their first bytes, whatever the sender calls it. */
function isPicture(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 12))
  return (
    head.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])) ||
    head.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) ||
    (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP')
  )
}

const scaled = (bytes: Uint8Array, width: number): Promise<Uint8Array> =>
  sharp(bytes, { limitInputPixels: MAX_PIXELS })
    .resize({ width, withoutEnlargement: true })
    .webp({ quality: 78 })
    .toBuffer()

export type ArtworkDeps = {
  store: CatalogStore
  blobs: Blobs
  engine: Pick<MediaEngine, 'poster'>
  fileById: (id: string) => Promise<LibraryFile | null>
}

export function createArtwork({ store, blobs, engine, fileById }: ArtworkDeps) {
  // Resizing runs in libuv's threads: two at once leave the others to the disk.
  const limit = createLimiter(2)
  const once = createSingleFlight<Uint8Array>()

  async function keep(bytes: Uint8Array): Promise<Artwork> {
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 40)
    const image = sharp(bytes)
    const { width, height } = await image.metadata()
    const { data, info } = await image
      .resize(100, 100, { fit: 'inside' })
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    await blobs.put(`artwork/${hash}/original`, bytes)
    return {
      url: `/api/artwork/${hash}`,
      thumbhash: Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64'),
      aspect: width / height,
    }
  }

  return {
    /** A frame of the title's file as its backdrop and poster, where it has none. */
    async fromFrame(titleId: string): Promise<void> {
      const title = await store.titleRow(titleId)
      if (!title || (title.poster !== null && title.backdrop !== null)) return
      for (const link of await store.filesOf(titleId)) {
        const file = await fileById(link.file_id)
        const video = file?.media?.video[0]
        if (!file?.media || !video || file.offline) continue
        const at = (file.media.durationSeconds ?? 0) * FRAME_SHARE
        const frame = await limit(() => engine.poster(file.path, video.index, at, ORIGINAL)).catch(
          (error: unknown) => {
            // A damaged file stays without a picture: trying again, or telling an administrator, would change nothing.
            if (!(error instanceof MediaRefused)) throw error
            return null
          },
        )
        if (frame === null) continue
        const artwork = JSON.stringify(await keep(frame))
        await store.setArtwork(titleId, {
          poster: title.poster ?? artwork,
          backdrop: title.backdrop ?? artwork,
        })
        // A show and its season show their first episode until they have pictures of their own.
        for (const id of [title.parent_id, title.show_id])
          if (id !== null && (await store.titleRow(id))?.poster === null)
            await store.setArtwork(id, { poster: artwork, backdrop: artwork })
        return
      }
    },

    /**
     * A picture from outside, encoded anew: nothing of its own bytes is passed on. The answer is the artwork as
     * JSON with its source, or null when it is no picture.
     */
    async fromImage(bytes: Uint8Array, source: string): Promise<string | null> {
      if (!isPicture(bytes)) return null
      const made = await limit(() =>
        sharp(bytes, { limitInputPixels: MAX_PIXELS })
          .rotate()
          .resize({ ...ORIGINAL, fit: 'inside', withoutEnlargement: true })
          .flatten({ background: '#000' })
          .jpeg({ quality: 86 })
          .toBuffer()
          .catch(() => null),
      )
      return made && JSON.stringify({ ...(await keep(made)), source })
    },

    /** A small WebP of a picture from outside, for a look at it; it is not kept. Null when it is no picture. */
    async glance(bytes: Uint8Array): Promise<Uint8Array | null> {
      if (!isPicture(bytes)) return null
      return limit(() => scaled(bytes, GLANCE_WIDTH).catch(() => null))
    },

    /** JPEG or WebP bytes; `width` is rounded up to one that is kept. */
    async read(hash: string, width?: number): Promise<{ bytes: Uint8Array; type: string }> {
      if (!HASH.test(hash)) throw new Problem('not-found')
      const original = async () => {
        const bytes = await blobs.read(`artwork/${hash}/original`)
        if (!bytes) throw new Problem('not-found')
        return bytes
      }
      if (width === undefined) return { bytes: await original(), type: 'image/jpeg' }
      const size = WIDTHS.find((w) => w >= width) ?? 1920
      const key = `artwork/${hash}/${size}`
      const bytes = await once(key, async () => {
        const there = await blobs.read(key)
        if (there) return there
        // Read when its turn comes: a wall of posters waits as names, not as bytes.
        const made = await limit(async () => scaled(await original(), size))
        await blobs.put(key, made)
        return made
      })
      return { bytes, type: 'image/webp' }
    },
  }
}
export type ArtworkStore = ReturnType<typeof createArtwork>
