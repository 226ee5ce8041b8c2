// Killed at random points of a scan, again and again: the next start goes on, and no row is lost, doubled or half.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { appendFileSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'

const CHILD = join(import.meta.dirname, '../support/scan-child.ts')
const corpus = join(import.meta.dirname, '../../../shared/corpora/media/files')
const skip = existsSync(corpus) ? false : 'the media corpus is not here'

const KILLS = Number(process.env['SCAN_KILLS'] ?? 8)
const FILES = 240
/** Longest life, beginning with the scan: some end in the walk, some in the middle of the probes. */
const LIFE_MS = 400
const SOURCES = [
  'androidx__sample_ac3.mp4',
  'androidx__sample_with_ssa_subtitles.mkv',
  'musicmetadata__corrupt.mkv',
]

type Row = { id: string; relative_path: string }

test('a scan survives kill -9', { skip, timeout: 60_000 + KILLS * 10_000 }, async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'scan-kill-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  const films = join(home, 'films')
  for (let nth = 0; nth < FILES; nth += 1) {
    const source = SOURCES[nth % SOURCES.length] ?? ''
    const path = join(films, `Shelf ${nth % 7}`, `Film ${nth} (1999)${source.slice(-4)}`)
    mkdirSync(join(path, '..'), { recursive: true })
    copyFileSync(join(corpus, source), path)
    appendFileSync(path, `${nth}`)
  }

  const ids = new Map<string, string>()
  const look = () => {
    const db = new DatabaseSync(join(home, 'a.db'), { readOnly: true })
    try {
      return db.prepare('select id, relative_path from media_files').all() as Row[]
    } finally {
      db.close()
    }
  }
  /** Runs to its end, or is killed so long after the scan began. */
  const live = async (killAfterMs: number | null): Promise<boolean> => {
    const child = spawn(process.execPath, [CHILD, home, films], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (said === '' && killAfterMs !== null) setTimeout(() => child.kill('SIGKILL'), killAfterMs)
      said += text
    })
    await exited
    return said.includes('done')
  }

  let cut = 0
  for (let life = 0; life < KILLS; life += 1) {
    if (!(await live(Math.random() * LIFE_MS))) cut += 1
    const rows = look()
    const there = new Set(rows.map(({ id }) => id))
    for (const { id, relative_path: path } of rows) {
      const before = ids.get(path)
      // Cut off before its move was settled, a file has a row under both names; in the end it keeps the first.
      if (before !== undefined && before !== id)
        assert.ok(there.has(before), `${path} has another row than before`)
      else ids.set(path, id)
    }
    // Something to do for the next life, whatever this one managed: an eighth of the films has another name.
    if (life % 4 === 3 && life < 32) {
      for (let nth = (life >> 2) % 8; nth < FILES; nth += 8) {
        const suffix = (SOURCES[nth % SOURCES.length] ?? '').slice(-4)
        const from = `Shelf ${nth % 7}/Film ${nth} (1999)${suffix}`
        const to = `Shelf ${nth % 7}/Other ${nth} (1999)${suffix}`
        renameSync(join(films, from), join(films, to))
        const id = ids.get(from)
        ids.delete(from)
        if (id !== undefined) ids.set(to, id)
      }
    }
  }
  assert.ok(cut > 0, 'no life was cut short')
  assert.equal(await live(null), true)

  const db = new DatabaseSync(join(home, 'a.db'), { readOnly: true })
  t.after(() => db.close())
  const one = (sql: string) => Number(Object.values(db.prepare(sql).get() ?? {})[0])
  assert.equal(Object.values(db.prepare('pragma integrity_check').get() ?? {})[0], 'ok')
  assert.equal(db.prepare('pragma foreign_key_check').all().length, 0)
  assert.equal(one('select count(*) from media_files'), FILES)
  for (const { id, relative_path: path } of look()) assert.equal(id, ids.get(path) ?? id, path)
  assert.equal(
    one("select count(*) from media_files where state = 'new' or is_offline = 1 or is_announced = 0"),
    0,
  )
  assert.equal(one("select count(*) from media_files where state = 'broken'"), FILES / SOURCES.length)
  assert.equal(
    one(
      "select count(*) from media_files f left join file_media m on m.file_id = f.id where (f.state = 'ready') <> (m.file_id is not null)",
    ),
    0,
  )
  const playable = (FILES * 2) / SOURCES.length
  assert.equal(one('select count(*) from title_files'), playable)
  assert.equal(one("select count(*) from titles where listed = 'movie' and file_count = 1"), playable)
  assert.equal(one('select count(*) from titles where file_count <> 1'), 0)
})
