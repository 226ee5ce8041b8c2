// Subtitles of a file and of the files beside it: what is offered, and their contents, extracted once and kept.
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { SubtitleChoice } from '#shared/api/playback.ts'
import type { MediaEngine, SubtitleFormat } from '../media/media-engine.ts'
import { createLimiter, createSingleFlight } from '../platform/async.ts'
import type { Blobs } from '../platform/blobs/blobs.ts'
import type { Log } from '../platform/log.ts'
import { onDisk } from '../platform/path-text.ts'
import { Problem } from '../platform/problem.ts'
import { tellRefusal } from './gone-file.ts'
import type { Asset } from './asset.ts'
import { derivedFolder } from './derived.ts'

/** A subtitle file beside a film. */
export type SidecarFile = {
  path: string
  format: string
  language: string | null
  isForced: boolean
  isHearingImpaired: boolean
}

export type SubtitlesDeps = {
  engine: Pick<MediaEngine, 'subtitles'>
  blobs: Pick<Blobs, 'read' | 'put'>
  sidecars: (fileId: string) => Promise<readonly SidecarFile[]>
  log: Log
}

/** Part of every key: a new number when the same track comes to mean other bytes. */
const CONTENT_VERSION = 2
/** Files beside are numbered from here: no container has so many streams. */
const FIRST_SIDECAR = 900
const MOST_SIDECARS = 99
const EXTRACTS_AT_ONCE = 2

const kindOf = (format: string): SubtitleChoice['kind'] =>
  /^(ass|ssa)$/.test(format) ? 'ass' : /^(sup|idx|sub)$/.test(format) ? 'image' : 'text'

/** Pictures whose decoder is our own. */
const DRAWABLE = new Set(['hdmv_pgs_subtitle', 'dvd_subtitle', 'sup'])

type Track = Pick<SubtitleChoice, 'kind' | 'codec'>
/** What a browser is handed; null where it cannot be shown. */
const formatOf = ({ kind, codec }: Track): SubtitleFormat | null =>
  kind === 'ass' ? 'ass' : kind === 'text' ? 'webvtt' : DRAWABLE.has(codec) ? 'pgs' : null

const ENDINGS = { webvtt: 'vtt', ass: 'ass', pgs: 'sup' } as const

export function createSubtitles({ engine, blobs, sidecars, log }: SubtitlesDeps) {
  const oneExtract = createSingleFlight<Uint8Array>()
  const limit = createLimiter(EXTRACTS_AT_ONCE)

  async function besides(fileId: string): Promise<readonly SidecarFile[]> {
    return (await sidecars(fileId)).slice(0, MOST_SIDECARS)
  }

  /** Where a track is to be read, and what its bytes depend on. */
  async function sourceOf(asset: Asset, index: number) {
    const { file } = asset
    if (index >= FIRST_SIDECAR) {
      const beside = (await besides(file.id))[index - FIRST_SIDECAR]
      if (!beside) return null
      const kind = kindOf(beside.format)
      const known = await stat(onDisk(beside.path)).catch((error: unknown) => {
        throw new Problem('file-offline', undefined, { cause: error })
      })
      const names = [beside.path, known.size, known.mtimeMs]
      const format = formatOf({ kind, codec: beside.format })
      return { format, path: beside.path, trackIndex: 0, startSeconds: 0, names }
    }
    const track = file.media.subtitles.find((s) => s.index === index)
    if (!track) return null
    const { startSeconds } = file.media
    return {
      format: formatOf(track),
      path: file.path,
      trackIndex: index,
      startSeconds,
      names: [file.identity, index],
    }
  }

  async function contents(asset: Asset, index: number, format: SubtitleFormat): Promise<Uint8Array> {
    const source = await sourceOf(asset, index)
    // Styled text can be had as plain text, too.
    const can = source?.format === format || (source?.format === 'ass' && format === 'webvtt')
    if (!source || !can) throw new Problem('not-found')
    const hash = createHash('sha256').update(JSON.stringify([CONTENT_VERSION, source.names]))
    const name = `${hash.digest('hex').slice(0, 32)}.${ENDINGS[format]}`
    const key = `${derivedFolder('subtitles', asset.file.identity)}/${name}`
    return oneExtract(key, async () => {
      const kept = await blobs.read(key).catch(() => null)
      if (kept) return kept
      const made = await limit(() =>
        engine.subtitles(source.path, source.trackIndex, format, source.startSeconds),
      ).catch(tellRefusal(source.path))
      // A full disk must not keep anybody from reading.
      await blobs.put(key, made).catch((err: unknown) => log.warn({ err }, 'subtitles were not kept'))
      return made
    })
  }

  return {
    contents,

    /** Tracks inside first, then files beside. Both have every format a browser can show. */
    async choices(asset: Asset, base: string): Promise<SubtitleChoice[]> {
      const { media, id } = asset.file
      const beside = (await besides(id)).map((sidecar, n): Omit<SubtitleChoice, 'url' | 'format'> => ({
        index: FIRST_SIDECAR + n,
        codec: sidecar.format,
        profile: null,
        language: sidecar.language,
        title: null,
        isDefault: false,
        isForced: sidecar.isForced,
        isHearingImpaired: sidecar.isHearingImpaired,
        kind: kindOf(sidecar.format),
      }))
      return [...media.subtitles, ...beside].map((track) => {
        const format = formatOf(track)
        return { ...track, format, url: format && `${base}/s${track.index}/all.${ENDINGS[format]}` }
      })
    },

    /** Extracts whatever may be asked for soon; nobody waits for it. */
    warm(asset: Asset): void {
      for (const track of asset.file.media.subtitles) {
        const format = formatOf(track)
        if (format)
          contents(asset, track.index, format).catch((err: unknown) =>
            log.debug({ err, index: track.index }, 'subtitles were not extracted ahead'),
          )
      }
    },
  }
}
export type Subtitles = ReturnType<typeof createSubtitles>
