// The SQL of subtitle files beside media files.
import type { Database } from '../platform/database/database.ts'
import type { FileSidecarTable } from '../platform/database/schema.ts'
import { newId } from '../platform/ids.ts'
import type { KnownSidecar } from './changes.ts'
import type { Sidecar } from './sidecars.ts'
import { batches, INSERT_ROWS, KNOWN_PAGE, pagesBelow, type Place } from './store-batches.ts'

export function createSidecarStore(db: Database) {
  return {
    sidecars: (fileId: string) =>
      db
        .selectFrom('file_sidecars')
        .selectAll()
        .where('file_id', '=', fileId)
        .orderBy('relative_path')
        .execute(),
    /** What is known below a folder, in the order of paths. */
    async *knownSidecars({ folderId, subPath }: Place): AsyncGenerator<KnownSidecar[]> {
      const read = (after: string) =>
        db
          .selectFrom('file_sidecars as s')
          .innerJoin('media_files as f', 'f.id', 's.file_id')
          .select(['s.id', 's.relative_path', 's.format', 's.language', 's.is_forced'])
          .select(['s.is_hearing_impaired', 'f.relative_path as media_path'])
          .where('s.folder_id', '=', folderId)
          .where('s.relative_path', '>', after)
          .$if(subPath !== '', (query) => query.where('s.relative_path', '<', `${subPath}0`))
          .orderBy('s.relative_path')
          .limit(KNOWN_PAGE)
          .execute()
      for await (const rows of pagesBelow(subPath, read))
        yield rows.map((row) => ({
          id: row.id,
          relativePath: row.relative_path,
          mediaPath: row.media_path,
          format: row.format,
          language: row.language,
          isForced: row.is_forced === 1,
          isHearingImpaired: row.is_hearing_impaired === 1,
        }))
    },
    /** Gives back those whose media file has no row yet. */
    async addSidecars(folderId: string, sidecars: readonly Sidecar[]): Promise<Sidecar[]> {
      const left: Sidecar[] = []
      for (const batch of batches(sidecars, INSERT_ROWS)) {
        const media = await db
          .selectFrom('media_files')
          .select(['id', 'relative_path'])
          .where('folder_id', '=', folderId)
          .where('relative_path', 'in', [...new Set(batch.map(({ mediaPath }) => mediaPath))])
          .execute()
        const ids = new Map(media.map(({ id, relative_path }) => [relative_path, id]))
        const rows = batch.flatMap((sidecar): FileSidecarTable[] => {
          const fileId = ids.get(sidecar.mediaPath)
          if (fileId === undefined) left.push(sidecar)
          return fileId === undefined ? [] : [rowOf(folderId, fileId, sidecar)]
        })
        if (rows.length > 0)
          await db
            .insertInto('file_sidecars')
            .values(rows)
            .onConflict((conflict) => conflict.columns(['folder_id', 'relative_path']).doNothing())
            .execute()
      }
      return left
    },
    async removeSidecars(ids: readonly string[]) {
      for (const batch of batches(ids))
        await db.deleteFrom('file_sidecars').where('id', 'in', batch).execute()
    },
  }
}

const rowOf = (folderId: string, fileId: string, sidecar: Sidecar): FileSidecarTable => ({
  id: newId(),
  folder_id: folderId,
  file_id: fileId,
  relative_path: sidecar.relativePath,
  format: sidecar.format,
  language: sidecar.language,
  is_forced: sidecar.isForced ? 1 : 0,
  is_hearing_impaired: sidecar.isHearingImpaired ? 1 : 0,
})
