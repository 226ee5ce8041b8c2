// `mediaserver backup`, `restore` and `migrate-to`: everything in one file, back again, and into another database.
import { resolve } from 'node:path'
import { openBlobs } from '../platform/blobs/open.ts'
import type { Config } from '../platform/config.ts'
import { addToBackup, backupDatabase, restoreDatabase } from '../platform/database/backup.ts'
import { type DatabaseConfig, isInUse, openDatabase } from '../platform/database/database.ts'
import { MIGRATIONS } from '../platform/database/migrations/all.ts'
import { moveDatabase } from '../platform/database/move.ts'
import { StartupFault } from '../platform/startup-fault.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

export async function backup(
  config: Config,
  [file]: readonly string[],
  { cwd, withArtwork }: { cwd: string; withArtwork: boolean },
): Promise<number> {
  if (file === undefined) throw new StartupFault('Name the file to write: mediaserver backup <file>')
  const into = resolve(cwd, file)
  const { database } = config
  if (database.kind === 'sqlite') await backupDatabase(database, into)
  else {
    await using open = await openDatabase(database, Date.now)
    await backupDatabase({ kind: 'postgres', open }, into)
  }
  let pictures = 0
  if (withArtwork) {
    await using blobs = await openBlobs(config)
    const files = async function* () {
      for await (const { key } of blobs.list('artwork/')) {
        const bytes = await blobs.read(key)
        if (bytes) yield { key, bytes }
      }
    }
    pictures = await addToBackup(into, files())
  }
  say(
    `Everything is in ${into}${withArtwork ? `, with ${pictures} pictures` : ''}. Films are not part of it.`,
  )
  return 0
}

export async function restore(config: Config, [file]: readonly string[], cwd: string): Promise<number> {
  if (file === undefined) throw new StartupFault('Name the backup: mediaserver restore <file>')
  await using blobs = await openBlobs(config)
  await using stack = new AsyncDisposableStack()
  const { database } = config
  const { former, files } = await restoreDatabase(
    resolve(cwd, file),
    database.kind === 'sqlite'
      ? database
      : {
          kind: 'postgres',
          open: stack.use(await openDatabase(database, Date.now, MIGRATIONS, { use: 'alone' })),
        },
    {
      nowMs: Date.now(),
      draft: resolve(config.dataPath, 'restore.unfinished'),
      storeFile: async (key, bytes) => void (await blobs.put(key, bytes)),
    },
  )
  say(`Restored${files > 0 ? `, with ${files} pictures` : ''}. Start the server now.`)
  if (former) say(`What was there before is kept in ${former}.`)
  return 0
}

function targetOf(given: string, cwd: string): DatabaseConfig {
  if (/^postgres(ql)?:\/\//.test(given)) return { kind: 'postgres', url: given }
  if (/^[a-z]+:\/\//i.test(given))
    throw new StartupFault('The target must be postgres://… or a file for SQLite.')
  return { kind: 'sqlite', path: resolve(cwd, given) }
}

export async function migrateTo(config: Config, [given]: readonly string[], cwd: string): Promise<number> {
  if (given === undefined)
    throw new StartupFault('Name the target: mediaserver migrate-to postgres://… (or a file for SQLite)')
  const target = targetOf(given, cwd)
  if (config.database.kind === target.kind)
    throw new StartupFault('Source and target are of the same kind: nothing to move. Use backup and restore.')
  if (isInUse(config.database))
    throw new StartupFault('Stop the server first: what it writes now would be lost.')
  await using from = await openDatabase(config.database, Date.now, MIGRATIONS, { use: 'alone' })
  await using to = await openDatabase(target, Date.now, MIGRATIONS, { mayBeUnfinished: true, use: 'alone' })
  const { rows, tables, found } = await moveDatabase(from, to, (name, count) => say(`  ${name}: ${count}`))
  say(
    `${rows} rows in ${tables} tables are there and were compared${found > 0 ? `; ${found} were there already` : ''}.`,
  )
  say(
    target.kind === 'postgres'
      ? 'Set MEDIASERVER_DATABASE_URL to the new address and start the server; the old database stays as it was.'
      : `Start the server with ${target.path} as mediaserver.db in its data folder, without MEDIASERVER_DATABASE_URL.`,
  )
  return 0
}
