// Pictures for the seek bar of a file: made once by a background job, kept as blobs.
import { JOB_REASONS } from '#shared/job-reasons.ts'
import { type MediaEngine, MediaRefused } from '../media/media-engine.ts'
import { previewsWebVtt } from '../media/previews.ts'
import type { Blobs } from '../platform/blobs/blobs.ts'
import { type JobRun, RetryLater } from '../platform/jobs/job.ts'
import type { Log } from '../platform/log.ts'
import { Problem } from '../platform/problem.ts'
import type { Asset } from './asset.ts'
import { derivedFolder } from './derived.ts'

export type FilePreviewsDeps = {
  engine: Pick<MediaEngine, 'previews'>
  blobs: Pick<Blobs, 'read' | 'put' | 'stat'>
  enqueue: (fileId: string) => Promise<void>
  /** Whether the machine encodes for somebody who watches. */
  isBusy: () => boolean
  log: Log
}

const AGAIN_MS = 30_000
const LIST = 'previews.vtt'
/** What is kept of a file without a picture that can be decoded: nobody tries again. */
const NONE = 'WEBVTT\n'

const folderOf = ({ file }: Asset): string => derivedFolder('previews', file.identity)

export function createFilePreviews({ engine, blobs, enqueue, isBusy, log }: FilePreviewsDeps) {
  const found = async (key: string): Promise<Uint8Array> => {
    const bytes = await blobs.read(key)
    if (!bytes) throw new Problem('not-found')
    return bytes
  }

  return {
    /** Whether there are pictures; where nobody has looked yet, orders them. */
    async wanted(asset: Asset): Promise<boolean> {
      if (!asset.video) return false
      try {
        const kept = await blobs.stat(`${folderOf(asset)}/${LIST}`)
        if (!kept) await enqueue(asset.file.id)
        return kept !== null && kept.sizeBytes > NONE.length
      } catch (err) {
        // A film plays without them.
        log.warn({ err, fileId: asset.file.id }, 'pictures for the seek bar are not at hand')
        return false
      }
    },

    list: (asset: Asset) => found(`${folderOf(asset)}/${LIST}`),
    sheet: (asset: Asset, number: number) => found(`${folderOf(asset)}/${number}.jpg`),

    /** The job. */
    async make(asset: Asset, { signal }: Pick<JobRun<unknown>, 'signal'>): Promise<void> {
      const folder = folderOf(asset)
      if (!asset.video || (await blobs.stat(`${folder}/${LIST}`))) return
      if (isBusy()) throw new RetryLater(AGAIN_MS, JOB_REASONS['somebody-watches'])
      const { path, media } = asset.file
      try {
        const made = await engine.previews(
          path,
          asset.video.index,
          asset.durationSeconds,
          media.startSeconds,
          signal,
        )
        for (const [number, sheet] of made.sheets.entries()) await blobs.put(`${folder}/${number}.jpg`, sheet)
        // Last: where the list is, everything is.
        const list = previewsWebVtt(made, (sheet) => `previews/${sheet}.jpg`)
        await blobs.put(`${folder}/${LIST}`, Buffer.from(list))
      } catch (error) {
        if (!(error instanceof MediaRefused)) throw error
        log.info({ err: error, fileId: asset.file.id }, 'no pictures for the seek bar')
        await blobs.put(`${folder}/${LIST}`, Buffer.from(NONE))
      }
    },
  }
}
export type FilePreviews = ReturnType<typeof createFilePreviews>
