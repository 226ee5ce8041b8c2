// Titles that an operator wants encoded ahead of time: which renditions, handed to the job queue, made by the job.
import type { PreparedTitle } from '#shared/api/playback.ts'
import type { Viewer } from '#shared/viewer.ts'
import type { JobRun } from '../platform/jobs/job.ts'
import { Problem } from '../platform/problem.ts'
import type { Ahead } from './ahead.ts'
import type { Asset, AssetRendition } from './asset.ts'
import type { Assets } from './assets.ts'
import type { Offers, PlayableTitle } from './offers.ts'

export type PreparedDeps = {
  title: (viewer: Viewer, titleId: string) => Promise<PlayableTitle>
  /** Hands the encode of a whole title to the job queue; one that was given up only when it is wanted anew. */
  enqueuePrepare: (
    wanted: { fileId: string; titleId: string; rungs: string[] },
    isWantedAnew: boolean,
  ) => Promise<void>
}

export function createPrepared(
  deps: PreparedDeps,
  { ahead, assetOf, chooseFile }: { ahead: Ahead } & Pick<Assets, 'assetOf'> & Pick<Offers, 'chooseFile'>,
) {
  const namesToPrepare = (asset: Asset, rungs: readonly string[]): string[] => [
    ...rungs.map((rung) => `v-${rung}`),
    ...asset.file.media.audio.map((a) => `a${a.index}-${Math.min(2, Math.max(1, a.channels))}`),
  ]

  function wantedRenditions(asset: Asset, rungs: readonly string[]): AssetRendition[] {
    const found = namesToPrepare(asset, asset.video ? rungs : []).map((name) => asset.rendition(name))
    const known = found.filter((rendition) => rendition !== null)
    if (known.length < found.length) throw new Problem('invalid-request', 'The title has no such quality.')
    return known
  }

  return {
    list: ahead.list,
    drop: (fileId: string) => ahead.drop(fileId),
    async add(
      viewer: Viewer,
      input: { titleId: string; fileId?: string; rungs: string[] },
    ): Promise<PreparedTitle> {
      const title = await deps.title(viewer, input.titleId)
      const capabilities = { mse: [], direct: [], maxWidth: 16_384, maxHeight: 16_384 }
      const asset = await assetOf(await chooseFile(title, { ...input, capabilities }))
      const renditions = wantedRenditions(asset, input.rungs)
      const { id: fileId } = asset.file
      const one = {
        titleId: input.titleId,
        titleName: title.name,
        fileId,
        renditions: renditions.map(({ name }) => name),
        isComplete: false,
      }
      await ahead.want(one, renditions)
      await deps.enqueuePrepare({ fileId, titleId: input.titleId, rungs: input.rungs }, true)
      return one
    },
    /** What is wanted and not complete is handed to the queue again: it may have lost it. */
    async resume(): Promise<void> {
      for (const { fileId, titleId, renditions, isComplete } of await ahead.list()) {
        const rungs = renditions.flatMap((name) => (name.startsWith('v-') ? [name.slice(2)] : []))
        if (!isComplete) await deps.enqueuePrepare({ fileId, titleId, rungs }, false)
      }
    },
    /** The job. */
    async run({ payload, signal, progress }: JobRun<{ fileId: string; rungs: string[] }>): Promise<void> {
      const asset = await assetOf(payload.fileId)
      await ahead.run(payload.fileId, wantedRenditions(asset, payload.rungs), { signal, progress })
    },
  }
}
