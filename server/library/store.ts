// The library feature's SQL.
import { sql, type Updateable } from 'kysely'
import type { LibraryKind, ScanProgress } from '#shared/api/library.ts'
import type { MediaInfo } from '#shared/media.ts'
import type { Database } from '../platform/database/database.ts'
import type { MediaFileTable } from '../platform/database/schema.ts'
import { batches, INSERT_ROWS, KNOWN_PAGE } from './store-batches.ts'
import { type Arrived, arrived, createScanStore } from './store-scan.ts'
import { createSidecarStore } from './store-sidecars.ts'
import { rowsOf } from './tracks.ts'

export type FileRow = MediaFileTable & {
  folder_path: string
  library_kind: LibraryKind
  info: MediaInfo | null
}
export type ProbeResult =
  | { id: string; fingerprint: string; info: MediaInfo }
  | { id: string; fingerprint: string; reason: string }

/** `reader` answers what pages ask. */
export function createLibraryStore(db: Database, reader: Database = db) {
  const withPlace = () =>
    db
      .selectFrom('media_files as f')
      .innerJoin('library_folders as d', 'd.id', 'f.folder_id')
      .innerJoin('libraries as l', 'l.id', 'f.library_id')
      .leftJoin('file_media as m', 'm.file_id', 'f.id')
      .selectAll('f')
      .select(['d.path as folder_path', 'l.kind as library_kind', 'm.info as info'])
  const parsed = (
    row: Omit<FileRow, 'info' | 'library_kind'> & { info: string | null; library_kind: string },
  ): FileRow => ({
    ...row,
    library_kind: row.library_kind as LibraryKind,
    info: row.info === null ? null : (JSON.parse(row.info) as MediaInfo),
  })
  const update = async (ids: readonly string[], values: Updateable<MediaFileTable>) => {
    for (const batch of batches(ids))
      await db.updateTable('media_files').set(values).where('id', 'in', batch).execute()
  }

  return {
    ...createScanStore(db),
    ...createSidecarStore(db),

    libraries: () => reader.selectFrom('libraries').selectAll().orderBy('id').execute(),
    library: (id: string) => db.selectFrom('libraries').selectAll().where('id', '=', id).executeTakeFirst(),
    folders: (libraryId?: string) => {
      const query = db.selectFrom('library_folders').selectAll().orderBy('id')
      return (libraryId === undefined ? query : query.where('library_id', '=', libraryId)).execute()
    },
    addLibrary: (
      row: { id: string; name: string; kind: string; created_at_ms: number },
      folders: readonly { id: string; path: string }[],
    ) =>
      db.transaction().execute(async (trx) => {
        await trx.insertInto('libraries').values(row).execute()
        await trx
          .insertInto('library_folders')
          .values(folders.map((folder) => ({ ...folder, library_id: row.id, state: 'available' })))
          .execute()
      }),
    changeLibrary: (
      id: string,
      values: { name?: string; kind?: string },
      folders: { add: readonly { id: string; path: string }[]; removeIds: readonly string[] },
    ) =>
      db.transaction().execute(async (trx) => {
        if (values.name !== undefined || values.kind !== undefined)
          await trx.updateTable('libraries').set(values).where('id', '=', id).execute()
        if (folders.removeIds.length > 0)
          await trx.deleteFrom('library_folders').where('id', 'in', folders.removeIds).execute()
        if (folders.add.length > 0)
          await trx
            .insertInto('library_folders')
            .values(folders.add.map((folder) => ({ ...folder, library_id: id, state: 'available' })))
            .execute()
      }),
    removeLibrary: (id: string) => db.deleteFrom('libraries').where('id', '=', id).execute(),
    setFolderState: (id: string, state: 'available' | 'unavailable') =>
      db.updateTable('library_folders').set({ state }).where('id', '=', id).execute(),

    /** What the identity of each file is made of, page by page. */
    async *contents() {
      for (let after = ''; ;) {
        const rows = await db
          .selectFrom('media_files')
          .select(['id', 'size_bytes', 'modified_at_ms', 'fingerprint'])
          .where('id', '>', after)
          .orderBy('id')
          .limit(KNOWN_PAGE)
          .execute()
        yield* rows
        const last = rows.at(-1)
        if (!last || rows.length < KNOWN_PAGE) return
        after = last.id
      }
    },

    async countPending(libraryId: string): Promise<number> {
      const row = await db
        .selectFrom('media_files')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('library_id', '=', libraryId)
        .where('state', '=', 'new')
        .where('is_offline', '=', 0)
        .executeTakeFirst()
      return Number(row?.count ?? 0)
    },
    /** Files that were not opened yet, in the order of their ids. */
    pending: async (libraryId: string, afterId: string, limit: number): Promise<Arrived[]> =>
      (
        await db
          .selectFrom('media_files as f')
          .innerJoin('library_folders as d', 'd.id', 'f.folder_id')
          .select(['f.id', 'f.relative_path', 'd.path'])
          .where('f.library_id', '=', libraryId)
          .where('f.state', '=', 'new')
          .where('f.is_offline', '=', 0)
          .where('f.id', '>', afterId)
          .orderBy('f.id')
          .limit(limit)
          .execute()
      ).map(arrived),
    /** Files whose present state the catalogue has not been told yet, the probed and the gone ones. */
    unannounced: async (libraryId: string, limit: number) =>
      (
        await withPlace()
          .where('f.library_id', '=', libraryId)
          // In the words of its index.
          .where(sql<boolean>`f.is_announced = 0 and (f.state <> 'new' or f.is_offline = 1)`)
          .orderBy('f.id')
          .limit(limit)
          .execute()
      ).map(parsed),
    markAnnounced: (ids: readonly string[]) => update(ids, { is_announced: 1 }),
    saveProbes: (results: readonly ProbeResult[]) =>
      db.transaction().execute(async (trx) => {
        const ids = results.map(({ id }) => id)
        if (ids.length === 0) return
        for (const table of ['file_tracks', 'file_chapters', 'file_attachments'] as const)
          await trx.deleteFrom(table).where('file_id', 'in', ids).execute()
        for (const result of results) {
          const info = 'info' in result ? result.info : null
          await trx
            .updateTable('media_files')
            .set({
              fingerprint: result.fingerprint,
              state: info ? 'ready' : 'broken',
              reason: 'reason' in result ? result.reason : null,
              container: info?.container ?? null,
              duration_seconds: info?.durationSeconds ?? null,
              bitrate_bps: info?.bitrateBps ?? null,
              is_announced: 0,
              sighting: '',
            })
            .where('id', '=', result.id)
            .execute()
          if (!info) {
            await trx.deleteFrom('file_media').where('file_id', '=', result.id).execute()
            continue
          }
          const row = { file_id: result.id, info: JSON.stringify(info) }
          await trx
            .insertInto('file_media')
            .values(row)
            .onConflict((conflict) => conflict.column('file_id').doUpdateSet(row))
            .execute()
        }
        const rows = results.flatMap((result) => ('info' in result ? [rowsOf(result.id, result.info)] : []))
        for (const batch of batches(
          rows.flatMap((row) => row.tracks),
          INSERT_ROWS,
        ))
          await trx.insertInto('file_tracks').values(batch).execute()
        for (const batch of batches(
          rows.flatMap((row) => row.chapters),
          INSERT_ROWS,
        ))
          await trx.insertInto('file_chapters').values(batch).execute()
        for (const batch of batches(
          rows.flatMap((row) => row.attachments),
          INSERT_ROWS,
        ))
          await trx.insertInto('file_attachments').values(batch).execute()
      }),

    async file(id: string): Promise<FileRow | null> {
      const row = await withPlace().where('f.id', '=', id).executeTakeFirst()
      return row ? parsed(row) : null
    },
    async page(filter: {
      libraryId?: string
      folderId?: string
      state?: string
      afterId?: string
      limit: number
    }): Promise<FileRow[]> {
      let query = withPlace().orderBy('f.id').limit(filter.limit)
      if (filter.libraryId !== undefined) query = query.where('f.library_id', '=', filter.libraryId)
      if (filter.folderId !== undefined) query = query.where('f.folder_id', '=', filter.folderId)
      if (filter.afterId !== undefined) query = query.where('f.id', '>', filter.afterId)
      if (filter.state === 'offline') query = query.where('f.is_offline', '=', 1)
      else if (filter.state !== undefined)
        query = query.where('f.is_offline', '=', 0).where('f.state', '=', filter.state)
      return (await query.execute()).map(parsed)
    },
    async fileCounts(): Promise<Map<string, number>> {
      const rows = await db
        .selectFrom('media_files')
        .select(['library_id', (eb) => eb.fn.countAll<number>().as('count')])
        .groupBy('library_id')
        .execute()
      return new Map(rows.map((row) => [row.library_id, Number(row.count)]))
    },

    async keyframes(fileId: string, trackIndex: number): Promise<number[] | null | undefined> {
      const row = await db
        .selectFrom('file_keyframes')
        .select('times')
        .where('file_id', '=', fileId)
        .where('track_index', '=', trackIndex)
        .executeTakeFirst()
      return row && (JSON.parse(row.times) as number[] | null)
    },
    async saveKeyframes(fileId: string, trackIndex: number, times: readonly number[] | null) {
      const row = { file_id: fileId, track_index: trackIndex, times: JSON.stringify(times) }
      await db
        .insertInto('file_keyframes')
        .values(row)
        .onConflict((conflict) => conflict.columns(['file_id', 'track_index']).doUpdateSet(row))
        .execute()
    },

    async scan(libraryId: string): Promise<ScanProgress | null> {
      const row = await db
        .selectFrom('library_scans')
        .select('progress')
        .where('library_id', '=', libraryId)
        .executeTakeFirst()
      return row ? (JSON.parse(row.progress) as ScanProgress) : null
    },
    async saveScan(progress: ScanProgress) {
      const row = { library_id: progress.libraryId, progress: JSON.stringify(progress) }
      await db
        .insertInto('library_scans')
        .values(row)
        .onConflict((conflict) => conflict.column('library_id').doUpdateSet(row))
        .execute()
    },
  }
}
export type LibraryStore = ReturnType<typeof createLibraryStore>
