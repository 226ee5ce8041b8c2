// The SQL of a scan's walk: rows in the order of their paths, what differs from them, and who moved where.
import { sql } from 'kysely'
import type { Database } from '../platform/database/database.ts'
import type { MediaFileTable } from '../platform/database/schema.ts'
import type { KnownFile, Pair } from './changes.ts'
import { batches, BATCH, INSERT_ROWS, KNOWN_PAGE, pagesBelow, type Place } from './store-batches.ts'

/** Rows changed one by one in a transaction. */
const CHANGES = 100

/** A file that came and one that is missed, which is the same under another path. */
export type Move = { goneId: string; arrivedId: string }
export type Arrived = { id: string; path: string }
/** A file of another library that may be one that came: as large and as old. `folder` is the path of its folder. */
export type Alike = { id: string; folder: string; relativePath: string }
export const arrived = (row: { id: string; path: string; relative_path: string }): Arrived => ({
  id: row.id,
  path: `${row.path}/${row.relative_path}`,
})

/** Two rows of one content under different paths; `arrived` is the newer one. */
const SAME_FILE = sql<boolean>`arrived.size_bytes = gone.size_bytes and arrived.modified_at_ms = gone.modified_at_ms
  and arrived.inode = gone.inode`
const SAME_CONTENT = sql<boolean>`arrived.size_bytes = gone.size_bytes and arrived.fingerprint = gone.fingerprint
  and gone.fingerprint <> ''
  and not exists (select 1 from media_files twin where twin.sighting = 'missed' and twin.id <> gone.id
    and twin.size_bytes = gone.size_bytes and twin.fingerprint = gone.fingerprint)`

export function createScanStore(db: Database) {
  const update = async (ids: readonly string[], values: Partial<MediaFileTable>) => {
    for (const batch of batches(ids))
      await db.updateTable('media_files').set(values).where('id', 'in', batch).execute()
  }

  return {
    /** What is known below a folder, in the order of paths. */
    async *known({ folderId, subPath }: Place): AsyncGenerator<KnownFile[]> {
      const read = (after: string) =>
        db
          .selectFrom('media_files')
          .select(['id', 'relative_path', 'size_bytes', 'modified_at_ms', 'inode', 'fingerprint'])
          .select(['is_offline', 'sighting'])
          .where('folder_id', '=', folderId)
          .where('relative_path', '>', after)
          // `0` follows `/`.
          .$if(subPath !== '', (query) => query.where('relative_path', '<', `${subPath}0`))
          .orderBy('relative_path')
          .limit(KNOWN_PAGE)
          .execute()
      for await (const rows of pagesBelow(subPath, read))
        yield rows.map((row) => ({
          id: row.id,
          relativePath: row.relative_path,
          sizeBytes: row.size_bytes,
          modifiedAtMs: row.modified_at_ms,
          inode: row.inode,
          fingerprint: row.fingerprint,
          isOffline: row.is_offline === 1,
          isMissed: row.sighting === 'missed',
        }))
    },
    async addFiles(rows: readonly MediaFileTable[]) {
      for (const batch of batches(rows, INSERT_ROWS))
        await db
          .insertInto('media_files')
          .values(batch)
          .onConflict((conflict) => conflict.columns(['folder_id', 'relative_path']).doNothing())
          .execute()
    },
    /** The contents are other ones: everything known of them is asked anew. */
    async changeFiles(files: readonly Pair[]) {
      for (const batch of batches(files, CHANGES))
        await db.transaction().execute(async (trx) => {
          for (const { row, file } of batch)
            await trx
              .updateTable('media_files')
              .set({
                size_bytes: file.sizeBytes,
                modified_at_ms: file.modifiedAtMs,
                inode: file.inode,
                fingerprint: '',
                state: 'new',
                reason: null,
                is_offline: 0,
                gone_at_ms: null,
                is_announced: 0,
                sighting: '',
              })
              .where('id', '=', row.id)
              .execute()
          const ids = batch.map(({ row }) => row.id)
          await trx.deleteFrom('file_keyframes').where('file_id', 'in', ids).execute()
        })
    },
    /** Copied over or put back as they were: only their place on disk is another one. */
    async changeInodes(files: readonly Pair[]) {
      for (const batch of batches(files, CHANGES))
        await db.transaction().execute(async (trx) => {
          for (const { row, file } of batch)
            await trx.updateTable('media_files').set({ inode: file.inode }).where('id', '=', row.id).execute()
        })
    },
    markBack: (ids: readonly string[]) =>
      update(ids, { is_offline: 0, gone_at_ms: null, is_announced: 0, sighting: '' }),
    markMissed: (ids: readonly string[]) => update(ids, { sighting: 'missed' }),
    /** The folder is away: no time of grace runs. */
    markAway: (ids: readonly string[]) =>
      update(ids, { is_offline: 1, gone_at_ms: null, is_announced: 0, sighting: 'missed' }),
    /** What the walk missed is offline from now on. `sinceMs` null: no time of grace runs. */
    async settleMissed(
      { folderId, subPath }: Place,
      { sinceMs, alsoOffline }: { sinceMs: number | null; alsoOffline: boolean },
    ) {
      for (let after = ''; ;) {
        const rows = await db
          .selectFrom('media_files')
          .select('id')
          .where('sighting', '=', sql.lit('missed'))
          .where('folder_id', '=', folderId)
          .where('id', '>', after)
          .$if(!alsoOffline, (query) => query.where('is_offline', '=', 0))
          .$if(subPath !== '', (query) =>
            query.where('relative_path', '>', `${subPath}/`).where('relative_path', '<', `${subPath}0`),
          )
          .orderBy('id')
          .limit(BATCH)
          .execute()
        const last = rows.at(-1)
        if (!last) return
        after = last.id
        await update(
          rows.map(({ id }) => id),
          { is_offline: 1, gone_at_ms: sinceMs, is_announced: 0 },
        )
      }
    },
    /** How many there were. */
    forgetGoneBefore: async (libraryId: string, beforeMs: number): Promise<number> =>
      Number(
        (
          await db
            .deleteFrom('media_files')
            .where('library_id', '=', libraryId)
            .where('is_offline', '=', 1)
            .where('gone_at_ms', '<', beforeMs)
            .executeTakeFirst()
        ).numDeletedRows,
      ),

    /** Ids of files that a walk missed, of this library or gone for good from another one, page by page. */
    async *missed(libraryId: string, exceptFolderIds: readonly string[]): AsyncGenerator<string[]> {
      for (let after = ''; ;) {
        const rows = await db
          .selectFrom('media_files')
          .select('id')
          .where('sighting', '=', sql.lit('missed'))
          .where((eb) => eb.or([eb('library_id', '=', libraryId), eb('gone_at_ms', 'is not', null)]))
          .where('id', '>', after)
          .$if(exceptFolderIds.length > 0, (query) => query.where('folder_id', 'not in', exceptFolderIds))
          .orderBy('id')
          .limit(BATCH)
          .execute()
        const last = rows.at(-1)
        if (!last) return
        after = last.id
        yield rows.map(({ id }) => id)
      }
    },
    /** Files of other libraries that are as large and as old as ones that came, page by page. */
    async *alikeElsewhere(libraryId: string): AsyncGenerator<Alike[]> {
      const isOther = await db
        .selectFrom('libraries')
        .select('id')
        .where('id', '<>', libraryId)
        .limit(1)
        .executeTakeFirst()
      for (let after = ''; isOther;) {
        const came = await db
          .selectFrom('media_files')
          .select('id')
          .where('sighting', '=', sql.lit('arrived'))
          .where('library_id', '=', libraryId)
          .where('size_bytes', '>', 0)
          .where('id', '>', after)
          .orderBy('id')
          .limit(BATCH)
          .execute()
        const last = came.at(-1)
        if (!last) return
        after = last.id
        const ids = came.map(({ id }) => id)
        yield await db
          .selectFrom('media_files as came')
          .innerJoin('media_files as there', (join) =>
            join
              .onRef('there.size_bytes', '=', 'came.size_bytes')
              .onRef('there.modified_at_ms', '=', 'came.modified_at_ms'),
          )
          .innerJoin('library_folders as folder', 'folder.id', 'there.folder_id')
          .select(['there.id', 'there.relative_path as relativePath', 'folder.path as folder'])
          .distinct()
          .where('came.id', 'in', ids)
          .where('there.library_id', '<>', libraryId)
          .where('there.is_offline', '=', 0)
          .where('folder.state', '=', 'available')
          .limit(KNOWN_PAGE)
          .execute()
      }
    },
    /** Whether files came that were not opened yet. */
    hasArrived: async (libraryId: string): Promise<boolean> =>
      (await db
        .selectFrom('media_files')
        .select('id')
        .where('sighting', '=', sql.lit('arrived'))
        .where('library_id', '=', libraryId)
        .limit(1)
        .executeTakeFirst()) !== undefined,
    /** Files that came and are one of those, told by their place on disk or by their contents. */
    moves: (libraryId: string, goneIds: readonly string[], by: 'inode' | 'content'): Promise<Move[]> =>
      db
        .selectFrom('media_files as gone')
        .innerJoin('media_files as arrived', (join) =>
          join.on('arrived.sighting', '=', sql.lit('arrived')).on('arrived.library_id', '=', libraryId),
        )
        .select(['gone.id as goneId', 'arrived.id as arrivedId'])
        .where('gone.id', 'in', goneIds)
        .where('gone.sighting', '=', sql.lit('missed'))
        .where(by === 'inode' ? SAME_FILE : SAME_CONTENT)
        .orderBy('arrived.relative_path')
        .limit(KNOWN_PAGE)
        .execute(),
    /** Files that came and could be one of those, but were not looked into yet. */
    unread: async (libraryId: string, goneIds: readonly string[]): Promise<Arrived[]> =>
      (
        await db
          .selectFrom('media_files as gone')
          .innerJoin('media_files as arrived', 'arrived.size_bytes', 'gone.size_bytes')
          .innerJoin('library_folders as folder', 'folder.id', 'arrived.folder_id')
          .select(['arrived.id', 'arrived.relative_path', 'folder.path'])
          .distinct()
          .where('gone.id', 'in', goneIds)
          .where('gone.sighting', '=', sql.lit('missed'))
          .where('gone.fingerprint', '<>', '')
          .where('arrived.sighting', '=', sql.lit('arrived'))
          .where('arrived.library_id', '=', libraryId)
          .where('arrived.fingerprint', '=', '')
          .limit(CHANGES)
          .execute()
      ).map(arrived),
    setFingerprints: (files: readonly { id: string; fingerprint: string }[]) =>
      db.transaction().execute(async (trx) => {
        for (const { id, fingerprint } of files)
          await trx.updateTable('media_files').set({ fingerprint }).where('id', '=', id).execute()
      }),
    /** Another place, the same contents: id, streams and history stay. Gives back the rows as they were. */
    move: (moves: readonly Move[]) =>
      db.transaction().execute(async (trx) => {
        const left = []
        for (const { goneId, arrivedId } of moves) {
          const rows = await trx
            .selectFrom('media_files')
            .selectAll()
            .where('id', 'in', [goneId, arrivedId])
            .execute()
          const gone = rows.find(({ id }) => id === goneId)
          const arrived = rows.find(({ id }) => id === arrivedId)
          if (!gone || !arrived) continue
          await trx.deleteFrom('file_sidecars').where('file_id', '=', goneId).execute()
          await trx
            .updateTable('file_sidecars')
            .set({ file_id: goneId })
            .where('file_id', '=', arrivedId)
            .execute()
          await trx.deleteFrom('media_files').where('id', '=', arrivedId).execute()
          const { library_id, folder_id, relative_path, modified_at_ms, inode } = arrived
          const place = { library_id, folder_id, relative_path, modified_at_ms, inode }
          await trx
            .updateTable('media_files')
            .set({ ...place, is_offline: 0, gone_at_ms: null, is_announced: 0, sighting: '' })
            .where('id', '=', goneId)
            .execute()
          left.push(gone)
        }
        return left
      }),
  }
}
