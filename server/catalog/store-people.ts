// The SQL of people and collections: who did what, which films belong together.
import { type Kysely, sql } from 'kysely'
import type { PersonTable, Tables } from '../platform/database/schema.ts'
import { newId } from '../platform/ids.ts'

export function createPeopleStore(db: Kysely<Tables>) {
  return {
    async ensurePeople(
      people: readonly { remoteId: number; name: string; sortKey: string; portraitPath: string | null }[],
    ): Promise<Map<number, PersonTable>> {
      const found = new Map<number, PersonTable>()
      if (people.length === 0) return found
      await db.transaction().execute(async (trx) => {
        for (const p of people)
          await trx
            .insertInto('people')
            .values({
              id: newId(),
              remote_id: p.remoteId,
              name: p.name,
              sort_key: p.sortKey,
              portrait_path: p.portraitPath,
              portrait: null,
            })
            .onConflict((c) =>
              c
                .column('remote_id')
                .doUpdateSet({ name: p.name, sort_key: p.sortKey, portrait_path: p.portraitPath }),
            )
            .execute()
        const rows = await trx
          .selectFrom('people')
          .selectAll()
          .where(
            'remote_id',
            'in',
            people.map((p) => p.remoteId),
          )
          .execute()
        for (const row of rows) found.set(row.remote_id, row)
      })
      return found
    },
    setPortrait: (id: string, portrait: string) =>
      db.updateTable('people').set({ portrait }).where('id', '=', id).execute(),
    peopleOf: (titleId: string) =>
      db
        .selectFrom('title_people as tp')
        .innerJoin('people as p', 'p.id', 'tp.person_id')
        .select(['p.id', 'p.name', 'p.portrait', 'p.portrait_path', 'tp.job', 'tp.role'])
        .where('tp.title_id', '=', titleId)
        .orderBy('tp.position')
        .execute(),
    person: (id: string) => db.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst(),
    titlesOfPerson: (personId: string, limit: number) =>
      db
        .selectFrom('title_people as tp')
        .innerJoin('titles as t', 't.id', 'tp.title_id')
        .select(['t.id', 'tp.job', 'tp.role'])
        .where('tp.person_id', '=', personId)
        .where('t.listed', 'is not', null)
        .orderBy('t.year', 'desc')
        .orderBy('t.id')
        .limit(limit)
        .execute(),

    putInCollection: (titleId: string, of: { remoteId: number; name: string; sortKey: string } | null) =>
      db.transaction().execute(async (trx) => {
        await trx.deleteFrom('collection_titles').where('title_id', '=', titleId).execute()
        if (of === null) return null
        const names = { name: of.name, sort_key: of.sortKey }
        const row = await trx
          .insertInto('collections')
          .values({
            id: newId(),
            remote_id: of.remoteId,
            ...names,
            overview: null,
            poster: null,
            backdrop: null,
          })
          .onConflict((c) => c.column('remote_id').doUpdateSet(names))
          .returningAll()
          .executeTakeFirstOrThrow()
        await trx
          .insertInto('collection_titles')
          .values({ collection_id: row.id, title_id: titleId })
          .execute()
        return row
      }),
    describeCollection: (
      id: string,
      values: { overview: string | null; poster: string | null; backdrop: string | null },
    ) => db.updateTable('collections').set(values).where('id', '=', id).execute(),
    collection: (id: string) =>
      db.selectFrom('collections').selectAll().where('id', '=', id).executeTakeFirst(),
    collections: (after: { key: string; id: string }, limit: number) =>
      db
        .selectFrom('collections as c')
        .selectAll('c')
        .select((eb) => [
          eb
            .selectFrom('collection_titles as ct')
            .innerJoin('titles as t', 't.id', 'ct.title_id')
            .whereRef('ct.collection_id', '=', 'c.id')
            .where('t.listed', 'is not', null)
            .select((e) => e.fn.countAll<number>().as('n'))
            .as('count'),
        ])
        .where(sql<boolean>`(c.sort_key, c.id) > (${after.key}, ${after.id})`)
        .where((eb) =>
          eb.exists(
            eb
              .selectFrom('collection_titles as x')
              .innerJoin('titles as xt', 'xt.id', 'x.title_id')
              .whereRef('x.collection_id', '=', 'c.id')
              .where('xt.listed', 'is not', null)
              .select('x.title_id'),
          ),
        )
        .orderBy('c.sort_key')
        .orderBy('c.id')
        .limit(limit)
        .execute(),
    titlesOfCollection: (collectionId: string) =>
      db
        .selectFrom('collection_titles as ct')
        .innerJoin('titles as t', 't.id', 'ct.title_id')
        .select('t.id')
        .where('ct.collection_id', '=', collectionId)
        .where('t.listed', 'is not', null)
        .orderBy('t.year')
        .orderBy('t.sort_key')
        .limit(500)
        .execute(),
    collectionOf: (titleId: string) =>
      db
        .selectFrom('collection_titles as ct')
        .innerJoin('collections as c', 'c.id', 'ct.collection_id')
        .select(['c.id', 'c.name'])
        .where('ct.title_id', '=', titleId)
        .executeTakeFirst(),
  }
}
