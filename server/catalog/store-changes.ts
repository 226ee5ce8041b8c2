// The SQL of changes of matches: what was decided or put together, how to take it back, and which titles stay apart.
import type { Kysely } from 'kysely'
import type { MatchChangeTable, Tables, TitleMatchTable } from '../platform/database/schema.ts'

export async function writeMatches(
  trx: Kysely<Tables>,
  rows: readonly TitleMatchTable[],
  parts: (row: TitleMatchTable) => string,
): Promise<void> {
  for (const row of rows) {
    // Whether the title shows the source's words is the enrichment's to say.
    const { enriched_at_ms: _, ...judged } = row
    await trx
      .insertInto('title_matches')
      .values(row)
      .onConflict((c) => c.column('title_id').doUpdateSet(judged))
      .execute()
    await trx
      .updateTable('title_details')
      .set({
        match_state: row.state,
        match_confidence: row.remote_id === null && row.state !== 'review' ? null : row.confidence,
        match_parts: parts(row),
      })
      .where('title_id', '=', row.title_id)
      .execute()
  }
}

/** New, or with more entries than before. */
export const writeChange = async (db: Kysely<Tables>, row: MatchChangeTable): Promise<void> =>
  void (await db
    .insertInto('match_changes')
    .values(row)
    .onConflict((c) => c.column('id').doUpdateSet({ entries: row.entries }))
    .execute())

export function createChangeStore(db: Kysely<Tables>) {
  return {
    addChange: (row: MatchChangeTable) => writeChange(db, row),
    change: (id: string) =>
      db.selectFrom('match_changes').selectAll().where('id', '=', id).executeTakeFirst(),
    changes: (limit: number) =>
      db.selectFrom('match_changes').selectAll().orderBy('id', 'desc').limit(limit).execute(),
    /** False when somebody undid it meanwhile. */
    markUndone: async (id: string, atMs: number): Promise<boolean> =>
      (
        await db
          .updateTable('match_changes')
          .set({ undone_at_ms: atMs })
          .where('id', '=', id)
          .where('undone_at_ms', 'is', null)
          .executeTakeFirst()
      ).numUpdatedRows > 0n,

    /** Titles that were one and were taken apart again: only a person puts them together another time. */
    keepApart: async (pairs: readonly { titleId: string; otherId: string }[]): Promise<void> => {
      for (const { titleId, otherId } of pairs)
        await db
          .insertInto('titles_apart')
          .values([
            { title_id: titleId, other_id: otherId },
            { title_id: otherId, other_id: titleId },
          ])
          .onConflict((c) => c.columns(['title_id', 'other_id']).doNothing())
          .execute()
    },
    forgetApart: async (titleIds: readonly string[]): Promise<void> =>
      void (await db
        .deleteFrom('titles_apart')
        .where((eb) => eb.or([eb('title_id', 'in', titleIds), eb('other_id', 'in', titleIds)]))
        .execute()),
    apartFrom: async (titleId: string): Promise<Set<string>> =>
      new Set(
        (
          await db.selectFrom('titles_apart').select('other_id').where('title_id', '=', titleId).execute()
        ).map((row) => row.other_id),
      ),
  }
}
