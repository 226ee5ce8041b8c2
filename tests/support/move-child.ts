// A move that stands still in the middle, to be killed there: `move-child.ts <from> <to> <rows>`; a path is SQLite, else an address.
import { openDatabase } from '../../server/platform/database/database.ts'
import { MIGRATIONS } from '../../server/platform/database/migrations/all.ts'
import { moveDatabase } from '../../server/platform/database/move.ts'

const [from = '', to = '', rows] = process.argv.slice(2)
const open = (given: string) =>
  openDatabase(
    given.startsWith('postgres:') ? { kind: 'postgres', url: given } : { kind: 'sqlite', path: given },
    Date.now,
    MIGRATIONS,
    { mayBeUnfinished: true },
  )

await using source = await open(from)
await using target = await open(to)
await moveDatabase(source, target, async (_table, count) => {
  if (count < Number(rows)) return
  process.stdout.write('in the middle\n')
  setInterval(() => {}, 60_000)
  await Promise.withResolvers<void>().promise
})
