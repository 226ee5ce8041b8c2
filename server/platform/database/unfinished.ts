// The mark of a database that another one is being moved into: until all is there, nobody else may take it for whole.
import { type Kysely, sql } from 'kysely'
import { StartupFault } from '../startup-fault.ts'
import type { Tables } from './schema.ts'

/** The table that is the mark; its one row says what is moved. */
export const UNFINISHED = 'unfinished_move'

type Dialect = 'sqlite' | 'postgres'

/** Which source is being moved into it; null when it is an ordinary database. */
export async function markOf(db: Kysely<Tables>, dialect: Dialect): Promise<string | null> {
  const found =
    dialect === 'sqlite'
      ? await sql`select 1 from sqlite_master where type = 'table' and name = ${UNFINISHED}`.execute(db)
      : await sql`select 1 from information_schema.tables where table_schema = current_schema() and table_name = ${UNFINISHED}`.execute(
          db,
        )
  if (found.rows.length === 0) return null
  const { rows } = await sql<{ source: string }>`select source from ${sql.table(UNFINISHED)}`.execute(db)
  return rows[0]?.source ?? ''
}

export async function mark(db: Kysely<Tables>, source: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`create table ${sql.table(UNFINISHED)} (source text not null)`.execute(transaction)
    await sql`insert into ${sql.table(UNFINISHED)} (source) values (${source})`.execute(transaction)
  })
}

export async function unmark(db: Kysely<Tables>): Promise<void> {
  await sql`drop table ${sql.table(UNFINISHED)}`.execute(db)
}

export async function refuseUnfinished(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  if ((await markOf(db, dialect)) !== null)
    throw new StartupFault(
      'This database is a move that was not finished: run the same migrate-to again, it goes on where it was.',
    )
}
