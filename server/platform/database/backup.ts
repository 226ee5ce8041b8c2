// Backups: one SQLite file that holds everything, made while the server serves, and put back while it does not.
import { access, copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StartupFault } from '../startup-fault.ts'
import { copyDatabase } from './copy.ts'
import { type OpenDatabase, openDatabase } from './database.ts'
import { MIGRATIONS } from './migrations/all.ts'
import { copySqlite, lockSqlite } from './sqlite.ts'

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

async function syncFile(path: string): Promise<void> {
  await using file = await open(path, 'r+')
  await file.sync()
}

/** What a backup must be before anything is overwritten with it; the sentence says what to do otherwise. */
function checkBackup(path: string): void {
  let versions: number[]
  try {
    using db = new DatabaseSync(path, { readOnly: true })
    const check = db.prepare('pragma integrity_check').get()?.['integrity_check']
    if (check !== 'ok') throw new Error(String(check))
    versions = db
      .prepare('select version from migrations')
      .all()
      .map((row) => Number(row['version']))
  } catch (cause) {
    throw new StartupFault(`${path} is not a whole backup of MediaServer; nothing was changed.`, { cause })
  }
  const newest = Math.max(...MIGRATIONS.map((m) => m.version))
  if (versions.some((version) => version > newest))
    throw new StartupFault(`${path} was made by a newer MediaServer: restore it with that one.`)
}

/** `into` must not exist yet. */
export async function backupDatabase(
  from: { kind: 'sqlite'; path: string } | { kind: 'postgres'; open: OpenDatabase },
  into: string,
): Promise<void> {
  if (await exists(into))
    throw new StartupFault(`${into} exists already: choose another name for the backup.`)
  // A folder made by itself may lie where a disk should be mounted.
  if (!(await exists(dirname(into))))
    throw new StartupFault(`There is no folder ${dirname(into)}: make it, or mount its disk, first.`)
  const draft = `${into}.unfinished`
  for (const end of ['', '-wal', '-shm', '.lock']) await rm(draft + end, { force: true })
  if (from.kind === 'sqlite') {
    if (!(await exists(from.path))) throw new StartupFault(`There is no database at ${from.path} to back up.`)
    using db = new DatabaseSync(from.path, { readOnly: true, timeout: 5000 })
    // One reading transaction: whole and of one moment, however much is written meanwhile.
    db.prepare('vacuum into ?').run(draft)
  } else {
    {
      await using to = await openDatabase({ kind: 'sqlite', path: draft }, Date.now)
      await copyDatabase(from.open, to)
    }
    await rm(`${draft}.lock`, { force: true })
  }
  checkBackup(draft)
  await syncFile(draft)
  await rename(draft, into)
}

/** Files that go into the backup beside the rows: written into a table of their own, gone after the restore. */
export async function addToBackup(
  path: string,
  files: AsyncIterable<{ key: string; bytes: Uint8Array }>,
): Promise<number> {
  using db = new DatabaseSync(path)
  db.exec('create table backup_files (key text primary key, bytes blob not null); begin')
  const insert = db.prepare('insert into backup_files values (?, ?)')
  let count = 0
  for await (const { key, bytes } of files) {
    insert.run(key, bytes)
    count++
  }
  db.exec('commit')
  return count
}

/** The files in it, for whoever stores them. */
async function takeFiles(
  path: string,
  store: (key: string, bytes: Uint8Array) => Promise<void>,
): Promise<number> {
  using db = new DatabaseSync(path)
  if (!db.prepare("select 1 from sqlite_master where name = 'backup_files'").get()) return 0
  let count = 0
  for (const { key, bytes } of db.prepare('select key, bytes from backup_files').iterate()) {
    if (!(bytes instanceof Uint8Array)) continue
    await store(String(key), bytes)
    count++
  }
  db.exec('drop table backup_files; vacuum')
  return count
}

/** Each restore that was killed left one as large as the database, under a name of its own. */
async function dropHalves(path: string): Promise<void> {
  for (const name of await readdir(dirname(path)))
    if (name.startsWith(`${basename(path)}.before-restore-`) && name.includes('.unfinished'))
      await rm(join(dirname(path), name), { force: true })
}

export type Restored = { files: number; /** Where what was there before is now. */ former: string | null }

/** The server must be stopped. What is there is kept beside it; until the last step nothing has changed. */
export async function restoreDatabase(
  backup: string,
  into: { kind: 'sqlite'; path: string } | { kind: 'postgres'; open: OpenDatabase },
  options: { nowMs: number; draft: string; storeFile: (key: string, bytes: Uint8Array) => Promise<void> },
): Promise<Restored> {
  const found = await stat(backup).catch(() => null)
  if (!found?.isFile()) throw new StartupFault(`There is no backup at ${backup}.`)
  checkBackup(backup)
  const { draft } = options
  await mkdir(dirname(draft), { recursive: true })
  await using stack = new AsyncDisposableStack()
  if (into.kind === 'sqlite') stack.use(lockSqlite(into.path))
  stack.defer(async () => {
    for (const end of ['', '-wal', '-shm', '.lock']) await rm(draft + end, { force: true })
  })
  await copyFile(backup, draft)
  const files = await takeFiles(draft, options.storeFile)
  if (into.kind === 'postgres') {
    await using from = await openDatabase({ kind: 'sqlite', path: draft }, Date.now)
    await copyDatabase(from, into.open)
    return { files, former: null }
  }
  await syncFile(draft)
  const { path } = into
  let former: string | null = null
  if (await exists(path)) {
    await dropHalves(path)
    former = `${path}.before-restore-${new Date(options.nowMs).toISOString().replaceAll(':', '')}`
    using old = new DatabaseSync(path)
    await copySqlite(old, former)
    old.exec('pragma wal_checkpoint(truncate)')
  }
  // A log of the former database must never be read into the new one.
  for (const end of ['-wal', '-shm']) await rm(path + end, { force: true })
  await rename(draft, path)
  return { files, former }
}
