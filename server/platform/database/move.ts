// Moves everything into a database of the other kind, page by page; broken off, it goes on where it was. Each row is compared.
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { StartupFault } from '../startup-fault.ts'
import {
  comparePage,
  countRows,
  insertPage,
  moveSequences,
  pages,
  plansOf,
  pointInwards,
  type Queryable,
  readWhole,
  type Side,
  type TablePlan,
} from './copy-rows.ts'
import { mark, markOf, unmark } from './unfinished.ts'

export type MoveReport = {
  tables: number
  rows: number
  /** Rows that an earlier move had brought. */
  found: number
}

/** Told after each page, and waited for. */
export type OnPage = (table: string, rows: number) => unknown

/** No two servers have the same secrets. */
async function identityOf({ db }: Side): Promise<string> {
  const migrations = await db.selectFrom('migrations').selectAll().orderBy('version').execute()
  const secrets = await db
    .selectFrom('settings')
    .select(['key', 'value'])
    .where('key', 'like', 'secret.%')
    .orderBy('key')
    .execute()
  return createHash('sha256')
    .update(JSON.stringify([migrations, secrets]))
    .digest('hex')
}

async function rowsIn(db: Queryable, plans: readonly TablePlan[]): Promise<number> {
  let rows = 0
  for (const { name } of plans) rows += await countRows(db, name)
  return rows
}

async function empty({ db, dialect }: Side, plans: readonly TablePlan[]): Promise<void> {
  const names = plans.map(({ name }) => sql.table(name))
  if (dialect === 'postgres') {
    await sql`truncate ${sql.join(names)} restart identity`.execute(db)
    return
  }
  await db.transaction().execute(async (transaction) => {
    for (const name of names.toReversed()) await sql`delete from ${name}`.execute(transaction)
  })
}

/** Pages are in the order of the key and stored whole: as many rows as are there are the first ones. */
async function bring(source: Queryable, { db }: Side, plan: TablePlan, onPage: OnPage): Promise<void> {
  let there = await countRows(db, plan.name)
  for await (const rows of pages(source, plan, there)) {
    await db.transaction().execute((transaction) => insertPage(transaction, plan, rows))
    there += rows.length
    await onPage(plan.name, there)
  }
  if (plan.selfReferences.length === 0) return
  for await (const rows of pages(source, plan))
    await db.transaction().execute(async (transaction) => {
      for (const row of rows) await pointInwards(transaction, plan, row)
    })
}

async function compare(source: Queryable, { db, dialect }: Side, plan: TablePlan): Promise<number> {
  let wanted = 0
  for await (const rows of pages(source, plan)) {
    await comparePage(db, dialect, plan, rows)
    wanted += rows.length
  }
  const there = await countRows(db, plan.name)
  if (there !== wanted) throw new Error(`${plan.name} has ${there} rows instead of ${wanted}`)
  return wanted
}

/** Refuses a target that holds anything but an earlier, unfinished move of the same server. */
export async function moveDatabase(from: Side, to: Side, onPage: OnPage = () => {}): Promise<MoveReport> {
  const plans = await plansOf(from, to)
  const identity = await identityOf(from)
  const known = await markOf(to.db, to.dialect)
  const found = await rowsIn(to.db, plans)
  if (known !== null && known !== identity)
    throw new StartupFault(
      'The target holds an unfinished move of another server: name an empty database, nothing was changed.',
    )
  if (known === null && found > 0)
    throw new StartupFault('The target is not empty: name an empty database, nothing was changed.')
  if (known === null) await mark(to.db, identity)

  return readWhole(from, async (source) => {
    const all = async (): Promise<number> => {
      for (const plan of plans) await bring(source, to, plan, onPage)
      let rows = 0
      for (const plan of plans) rows += await compare(source, to, plan)
      return rows
    }
    const rows = await all().catch(async (error: unknown) => {
      // The server has run since: what was brought then is no longer what there is.
      if (found === 0) throw error
      await empty(to, plans)
      return all()
    })
    if (to.dialect === 'postgres') await moveSequences(to.db, plans)
    await unmark(to.db)
    return { tables: plans.length, rows, found }
  })
}
