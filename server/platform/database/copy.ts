// Copies every row from one database into an empty one of the other kind: all or nothing, each row compared.
import { StartupFault } from '../startup-fault.ts'
import {
  comparePage,
  countRows,
  insertPage,
  moveSequences,
  pages,
  plansOf,
  pointInwards,
  readWhole,
  type Side,
} from './copy-rows.ts'

export type CopyReport = { tables: number; rows: number }

/** One transaction over there, committed when each row was compared. Refuses a target that holds anything. */
export async function copyDatabase(from: Side, to: Side): Promise<CopyReport> {
  const plans = await plansOf(from, to)
  for (const { name } of plans)
    if ((await countRows(to.db, name)) > 0)
      throw new StartupFault(
        `The target is not empty (table ${name} holds rows): name an empty database, nothing was changed.`,
      )
  return readWhole(from, (source) =>
    to.db.transaction().execute(async (target) => {
      let total = 0
      for (const plan of plans) {
        let copied = 0
        for await (const rows of pages(source, plan)) {
          await insertPage(target, plan, rows)
          copied += rows.length
        }
        if (plan.selfReferences.length > 0)
          for await (const rows of pages(source, plan))
            for (const row of rows) await pointInwards(target, plan, row)
        for await (const rows of pages(source, plan)) await comparePage(target, to.dialect, plan, rows)
        const there = await countRows(target, plan.name)
        if (there !== copied) throw new Error(`${plan.name} has ${there} rows after copying ${copied}`)
        total += copied
      }
      if (to.dialect === 'postgres') await moveSequences(target, plans)
      return { tables: plans.length, rows: total }
    }),
  )
}
