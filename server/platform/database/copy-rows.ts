// Rows from one database into one of the other kind: which tables in which order, page by page, compared one by one.
import { type Kysely, sql, type Transaction } from 'kysely'
import type { OpenDatabase } from './database.ts'
import type { Tables } from './schema.ts'
import { UNFINISHED } from './unfinished.ts'

export type Queryable = Kysely<Tables> | Transaction<Tables>
type Row = Record<string, unknown>

export type TablePlan = {
  name: string
  columns: readonly string[]
  key: readonly string[]
  /** Columns that point into the same table: filled in when all its rows are there. */
  selfReferences: readonly string[]
}

const PAGE = 500

export type Side = Pick<OpenDatabase, 'db' | 'dialect'>

/** One of the two must be SQLite. */
export const plansOf = (from: Side, to: Side): Promise<TablePlan[]> =>
  planOf(from.dialect === 'sqlite' ? from.db : to.db)

/** One moment of the source, however long the copy takes. */
export function readWhole<T>(from: Side, read: (source: Queryable) => Promise<T>): Promise<T> {
  const reading = from.db.transaction()
  return (from.dialect === 'postgres' ? reading.setIsolationLevel('repeatable read') : reading).execute(read)
}

/** Each database has its own of these. */
const KEPT_APART = ['migrations', UNFINISHED]

/** What SQLite knows of its tables, those first that others point at. Both sides have had the same migrations. */
async function planOf(sqlite: Queryable): Promise<TablePlan[]> {
  const list = await sql<{ name: string; type: string }>`pragma table_list`.execute(sqlite)
  const names = list.rows
    .filter(
      ({ name, type }) => type !== 'shadow' && !name.startsWith('sqlite_') && !KEPT_APART.includes(name),
    )
    .map(({ name }) => name)
    .toSorted()
  const plans = new Map<string, TablePlan & { needs: readonly string[] }>()
  for (const name of names) {
    const info = await sql<{ name: string; pk: number }>`pragma table_info(${sql.table(name)})`.execute(
      sqlite,
    )
    const foreign = await sql<{
      table: string
      from: string
    }>`pragma foreign_key_list(${sql.table(name)})`.execute(sqlite)
    const columns = info.rows.map((column) => column.name)
    const key = info.rows
      .filter(({ pk }) => pk > 0)
      .toSorted((a, b) => a.pk - b.pk)
      .map((column) => column.name)
    // A text index has no key of its own but its row number.
    const isVirtual = list.rows.some((table) => table.name === name && table.type === 'virtual')
    plans.set(name, {
      name,
      columns: isVirtual ? ['rowid', ...columns] : columns,
      key: isVirtual ? ['rowid'] : key,
      selfReferences: foreign.rows.filter(({ table }) => table === name).map(({ from }) => from),
      needs: foreign.rows.map(({ table }) => table).filter((table) => table !== name),
    })
  }
  const ordered: TablePlan[] = []
  const visit = (name: string): void => {
    const plan = plans.get(name)
    if (!plan) return
    plans.delete(name)
    plan.needs.forEach(visit)
    if (plan.key.length === 0) throw new Error(`table ${name} has no primary key and cannot be copied`)
    ordered.push(plan)
  }
  names.forEach(visit)
  return ordered
}

const refs = (columns: readonly string[]) => sql.join(columns.map((column) => sql.ref(column)))

/** In the order of the key, all but the first `skipped`. */
export async function* pages(
  db: Queryable,
  { name, columns, key }: TablePlan,
  skipped = 0,
): AsyncGenerator<Row[]> {
  let last: Row | undefined
  for (;;) {
    const after = last
      ? sql`where (${refs(key)}) > (${sql.join(key.map((column) => last?.[column]))})`
      : sql``
    const offset = last ? 0 : skipped
    const { rows } = await sql<Row>`
      select ${refs(columns)} from ${sql.table(name)} ${after} order by ${refs(key)} limit ${sql.lit(PAGE)} offset ${sql.lit(offset)}`.execute(
      db,
    )
    if (rows.length > 0) yield rows
    if (rows.length < PAGE) return
    last = rows.at(-1)
  }
}

export async function countRows(db: Queryable, name: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(name)}`.execute(db)
  return Number(rows[0]?.count ?? 0)
}

export async function insertPage(db: Queryable, plan: TablePlan, rows: readonly Row[]): Promise<void> {
  const values = rows.map(
    (row) =>
      sql`(${sql.join(plan.columns.map((column) => (plan.selfReferences.includes(column) ? null : row[column])))})`,
  )
  await sql`insert into ${sql.table(plan.name)} (${refs(plan.columns)}) values ${sql.join(values)}`.execute(
    db,
  )
}

export async function pointInwards(db: Queryable, plan: TablePlan, row: Row): Promise<void> {
  if (plan.selfReferences.every((column) => row[column] === null)) return
  const set = sql.join(plan.selfReferences.map((column) => sql`${sql.ref(column)} = ${row[column]}`))
  const where = sql.join(
    plan.key.map((column) => sql`${sql.ref(column)} = ${row[column]}`),
    sql` and `,
  )
  await sql`update ${sql.table(plan.name)} set ${set} where ${where}`.execute(db)
}

const textOf = (plan: TablePlan, row: Row | undefined): string =>
  JSON.stringify(plan.columns.map((column) => row?.[column] ?? null))

/** Throws when one row of this page is not the same over there. */
export async function comparePage(
  to: Queryable,
  dialect: OpenDatabase['dialect'],
  plan: TablePlan,
  rows: readonly Row[],
): Promise<void> {
  const keyText = (row: Row): string => JSON.stringify(plan.key.map((column) => row[column]))
  const wanted = rows.map((row) => sql`(${sql.join(plan.key.map((column) => row[column]))})`)
  const found = await sql<Row>`
    select ${refs(plan.columns)} from ${sql.table(plan.name)} where (${refs(plan.key)}) in (${
      // SQLite knows lists of rows as `values` only, where PostgreSQL would take every number for text.
      plan.key.length === 1 || dialect === 'postgres' ? sql.join(wanted) : sql`values ${sql.join(wanted)}`
    })`.execute(to)
  const there = new Map(found.rows.map((row) => [keyText(row), row]))
  for (const row of rows)
    if (textOf(plan, row) !== textOf(plan, there.get(keyText(row))))
      throw new Error(`a row of ${plan.name} differs after copying: ${keyText(row)}`)
}

/** PostgreSQL counts on from where the copied numbers end. */
export async function moveSequences(to: Queryable, plans: readonly TablePlan[]): Promise<void> {
  for (const { name, key } of plans)
    for (const column of key) {
      const { rows } = await sql<{ sequence: string | null }>`
        select pg_get_serial_sequence(${name}, ${column}) as sequence`.execute(to)
      const sequence = rows[0]?.sequence
      if (sequence)
        await sql`select setval(${sequence}::regclass, coalesce((select max(${sql.ref(column)}) from ${sql.table(name)}), 0) + 1, false)`.execute(
          to,
        )
    }
}
