// A folder that the server may not read: its files are unknown, not gone, and the rest of the library is scanned.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { ScanProgress } from '../../shared/api/library.ts'

const corpus = join(import.meta.dirname, '../../../shared/corpora/media/files')
const skip = existsSync(corpus) ? false : 'the media corpus is not here'
const fromCorpus = (name: string) => join(corpus, name)

/** Root may read everything: the scan is then somebody else's. */
const NOBODY = 65_534
const isRoot = process.getuid?.() === 0

test('a folder without rights keeps its files', { skip }, async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'mediaserver-rights-'))
  t.after(() => {
    chmodSync(join(home, 'films/Closed'), 0o700)
    rmSync(home, { recursive: true, force: true })
  })
  const films = join(home, 'films')
  for (const name of ['Open', 'Closed']) {
    mkdirSync(join(films, name), { recursive: true })
    cpSync(fromCorpus('androidx__sample.mp4'), join(films, name, `${name} (2001).mp4`))
  }
  const data = join(home, 'data')
  mkdirSync(data)
  if (isRoot) for (const path of [home, data]) chownSync(path, NOBODY, NOBODY)
  /** What the library's page says of the last scan. */
  let unreadable: readonly string[] = []
  const scanned = async () => {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, '../support/scan-child.ts'), data, films],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        ...(isRoot && { uid: NOBODY, gid: NOBODY }),
      },
    )
    child.stdout.resume()
    const [code] = (await once(child, 'exit')) as [number | null]
    assert.equal(code, 0)
    const db = new DatabaseSync(join(data, 'a.db'))
    const { progress } = db.prepare('select progress from library_scans').get() ?? {}
    unreadable = (JSON.parse(String(progress)) as ScanProgress).unreadable ?? []
    const rows = db
      .prepare('select relative_path as path, is_offline as gone, state from media_files order by 1')
      .all()
    db.close()
    return rows.map(
      (row) => `${String(row['path'])} ${String(row['state'])} ${row['gone'] === 0 ? 'there' : 'gone'}`,
    )
  }
  const whole = ['Closed/Closed (2001).mp4 ready there', 'Open/Open (2001).mp4 ready there']
  assert.deepEqual(await scanned(), whole)
  assert.deepEqual(unreadable, [])
  const db = new DatabaseSync(join(data, 'a.db'))
  const title = db.prepare("select id, library_id from titles where name = 'Closed'").get()
  db.prepare(
    "insert into viewer_titles (viewer_id, title_id, position_seconds, updated_at_ms) values ('v', ?, 40, 1)",
  ).run(title?.['id'] ?? '')
  db.prepare(
    "insert into title_matches (title_id, library_id, state, remote_id, confidence, candidates, evidence, matched_at_ms) values (?, ?, 'pinned', 77, 1, '[]', '', 1)",
  ).run(title?.['id'] ?? '', title?.['library_id'] ?? '')
  db.close()
  const closed = join(films, 'Closed')
  if (isRoot) chownSync(closed, 0, 0)
  chmodSync(closed, isRoot ? 0o700 : 0)
  rmSync(join(films, 'Open/Open (2001).mp4'))
  cpSync(fromCorpus('androidx__sample.avi'), join(films, 'Open', 'New (2002).avi'))
  assert.deepEqual(await scanned(), [
    whole[0],
    'Open/New (2002).avi ready there',
    'Open/Open (2001).mp4 ready gone',
  ])
  assert.deepEqual(unreadable, [closed])
  const after = new DatabaseSync(join(data, 'a.db'))
  t.after(() => after.close())
  const kept = after
    .prepare(
      "select t.listed, t.is_offline, v.position_seconds, m.state, m.remote_id from titles t join viewer_titles v on v.title_id = t.id join title_matches m on m.title_id = t.id where t.name = 'Closed'",
    )
    .all()
  assert.deepEqual(
    kept.map((row) => Object.values(row)),
    [['movie', 0, 40, 'pinned', 77]],
  )
})
