// Subtitles of a file and of the files beside it: what is offered, and their text, extracted once and kept.
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { SubtitleChoice } from '#shared/api/playback.ts'
import { MediaRefused, type MediaEngine } from '../media/media-engine.ts'
import { createLimiter, createSingleFlight } from '../platform/async.ts'
import type { Blobs } from '../platform/blobs/blobs.ts'
import type { Log } from '../platform/log.ts'
import { Problem } from '../platform/problem.ts'
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

/** Part of every key: a new number when the same track comes to mean another text. */
const TEXT_VERSION = 1
/** Files beside are numbered from here: no container has so many streams. */
const FIRST_SIDECAR = 900
const MOST_SIDECARS = 99
const EXTRACTS_AT_ONCE = 2

const kindOf = (format: string): SubtitleChoice['kind'] =>
  /^(ass|ssa)$/.test(format) ? 'ass' : /^(sup|idx|sub)$/.test(format) ? 'image' : 'text'

const formatOf = (kind: SubtitleChoice['kind']): SubtitleChoice['format'] =>
  kind === 'image' ? null : kind === 'ass' ? 'ass' : 'webvtt'

const ENDINGS = { webvtt: 'vtt', ass: 'ass', pgs: 'sup' } as const

export function createSubtitles({ engine, blobs, sidecars, log }: SubtitlesDeps) {
  const oneText = createSingleFlight<string>()
  const limit = createLimiter(EXTRACTS_AT_ONCE)

  async function besides(fileId: string): Promise<readonly SidecarFile[]> {
    return (await sidecars(fileId)).slice(0, MOST_SIDECARS)
  }

  /** Where the text of a track is to be read, and what its bytes depend on. */
  async function sourceOf(asset: Asset, index: number) {
    const { file } = asset
    if (index >= FIRST_SIDECAR) {
      const beside = (await besides(file.id))[index - FIRST_SIDECAR]
      if (!beside || kindOf(beside.format) === 'image') return null
      const known = await stat(beside.path).catch((error: unknown) => {
        throw new Problem('file-offline', undefined, { cause: error })
      })
      const names = [beside.path, known.size, known.mtimeMs]
      return { kind: kindOf(beside.format), path: beside.path, trackIndex: 0, startSeconds: 0, names }
    }
    const track = file.media.subtitles.find((s) => s.index === index)
    if (!track || track.kind === 'image') return null
    const { startSeconds } = file.media
    return {
      kind: track.kind,
      path: file.path,
      trackIndex: index,
      startSeconds,
      names: [file.identity, index],
    }
  }

  async function text(asset: Asset, index: number, format: 'webvtt' | 'ass'): Promise<string> {
    const source = await sourceOf(asset, index)
    if (!source || (format === 'ass' && source.kind !== 'ass')) throw new Problem('not-found')
    const hash = createHash('sha256').update(JSON.stringify([TEXT_VERSION, source.names]))
    const name = `${hash.digest('hex').slice(0, 32)}.${ENDINGS[format]}`
    const key = `${derivedFolder('subtitles', asset.file.identity)}/${name}`
    return oneText(key, async () => {
      const kept = await blobs.read(key).catch(() => null)
      if (kept) return Buffer.from(kept).toString()
      const made = await limit(() =>
        engine.subtitles(source.path, source.trackIndex, format, source.startSeconds),
      ).catch((error: unknown) => {
        if (error instanceof MediaRefused) throw new Problem('not-playable', error.message, { cause: error })
        throw error
      })
      // A full disk must not keep anybody from reading.
      await blobs
        .put(key, Buffer.from(made))
        .catch((err: unknown) => log.warn({ err }, 'subtitles were not kept'))
      return made
    })
  }

  return {
    text,

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
        const format = formatOf(track.kind)
        return { ...track, format, url: format && `${base}/s${track.index}/all.${ENDINGS[format]}` }
      })
    },

    /** Extracts whatever may be asked for soon; nobody waits for it. */
    warm(asset: Asset): void {
      for (const { index, kind } of asset.file.media.subtitles)
        if (kind !== 'image')
          text(asset, index, kind === 'ass' ? 'ass' : 'webvtt').catch((err: unknown) =>
            log.debug({ err, index }, 'subtitles were not extracted ahead'),
          )
    },
  }
}
export type Subtitles = ReturnType<typeof createSubtitles>
