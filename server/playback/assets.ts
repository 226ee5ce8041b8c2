// Files as assets, remembered while they are the same files; init segments made once.
import type { MediaInfo } from '#shared/media.ts'
import type { EncodedVideo, MediaEngine } from '../media/media-engine.ts'
import { createLimiter, createSingleFlight, type Limiter } from '../platform/async.ts'
import { isAway } from '../platform/engine-away.ts'
import { Problem } from '../platform/problem.ts'
import { unreachable, unreachableAt } from '../platform/unreachable.ts'
import { tellRefusal } from './gone-file.ts'
import { type Asset, type AssetRendition, assetIdOf, createAsset, type SourceFile } from './asset.ts'
import { remember } from './remember.ts'

export type PlayableFile = {
  id: string
  path: string
  identity: string
  media: MediaInfo | null
  reason: string | null
  offline: boolean
}

export type AssetsDeps = {
  engine: Pick<MediaEngine, 'init'>
  /** What may encode video: the same for every process of an installation. */
  encoder: EncodedVideo['encoder']
  file: (fileId: string) => Promise<PlayableFile | null>
  keyframes: (fileId: string) => Promise<readonly number[] | null>
  nowMs: () => number
}

const MOST_ASSETS = 200
const MOST_INITS = 500
/** A look into the database for each segment would cost more than sending it; so long may a change go unnoticed. */
const CHECKED_MS = 1000

export function createAssets({ engine, encoder, file, keyframes, nowMs }: AssetsDeps) {
  const assets = new Map<string, Asset>()
  const inits = new Map<string, Uint8Array>()
  const checkedUntilMs = new WeakMap<Asset, number>()
  const oneAsset = createSingleFlight<Asset>()
  const oneInit = createSingleFlight<Uint8Array>()
  /** One after the other for a file: several at once would wait for workers that are not warm yet. */
  const turns = new WeakMap<Asset, Limiter>()
  const inTurn = (asset: Asset): Limiter => {
    const known = turns.get(asset) ?? createLimiter(1)
    turns.set(asset, known)
    return known
  }

  async function playable(fileId: string): Promise<SourceFile> {
    const found = await file(fileId)
    if (!found) throw new Problem('file-not-found')
    // Back, but not scanned since: it is what it was.
    if (found.offline) throw (await unreachableAt(found.path)) ?? unreachable(null)
    if (!found.media)
      throw found.reason
        ? new Problem('not-playable', found.reason)
        : new Problem('not-ready', 'The file has not been looked at yet.')
    return { id: found.id, path: found.path, identity: found.identity, media: found.media }
  }

  /** Throws `not-found`: names come from addresses. */
  function renditionOf(asset: Asset, name: string): AssetRendition {
    const found = asset.rendition(name)
    if (!found) throw new Problem('not-found')
    return found
  }

  return {
    renditionOf,

    /** The asset as it is now, or the one of this id, which may still stand on the grid. */
    assetOf: async (fileId: string, assetId?: string): Promise<Asset> => {
      const known = assetId === undefined ? undefined : assets.get(assetId)
      if (known?.file.id === fileId && nowMs() < (checkedUntilMs.get(known) ?? 0)) return known
      let source: SourceFile
      try {
        source = await playable(fileId)
      } catch (error) {
        // The database is away: what played a moment ago plays on.
        if (known?.file.id === fileId && isAway(error)) return known
        throw error
      }
      if (
        known?.file.path === source.path &&
        assetIdOf(source, known.id.startsWith('k'), encoder) === known.id
      ) {
        checkedUntilMs.set(known, nowMs() + CHECKED_MS)
        return known
      }
      return oneAsset(`${fileId} ${source.identity} ${assetId}`, async () => {
        const { durationSeconds, video, audio } = source.media
        if (!durationSeconds || (video.length === 0 && audio.length === 0))
          throw new Problem('not-playable', 'The file has no picture or sound of known length.')
        const times = assetId?.startsWith('g') ? null : await keyframes(fileId)
        const asset = createAsset(source, times && times.length > 0 ? times : null, durationSeconds, encoder)
        if (assetId !== undefined && asset.id !== assetId)
          throw new Problem('file-not-found', 'The file has changed: start it again.')
        remember(assets, asset.id, asset, MOST_ASSETS)
        return asset
      })
    },

    initOf: async (asset: Asset, name: string): Promise<Uint8Array> => {
      const { key, rendition } = renditionOf(asset, name)
      const known = inits.get(key)
      if (known) return known
      return oneInit(key, async () => {
        const bytes = await inTurn(asset)(() => engine.init(rendition)).catch(tellRefusal(asset.file.path))
        remember(inits, key, bytes, MOST_INITS)
        return bytes
      })
    },
  }
}
export type Assets = ReturnType<typeof createAssets>
