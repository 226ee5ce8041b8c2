// Killed again and again in mid-job, a process loses no job that it said was stored, and doubles none that is done.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openSqlite } from '../../server/platform/database/sqlite.ts'

const CHILD = fileURLToPath(new URL('../support/job-child.ts', import.meta.url))
const KILLS = 4
const JOBS = 400

test('jobs survive kill -9', { timeout: 60_000 }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'kill-'))
  t.after(() => rm(folder, { recursive: true }))
  const [database, logFile] = [join(folder, 'a.db'), join(folder, 'log')]
  const said = (word: string): number[] =>
    (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '')
      .split('\n')
      .filter((line) => line.startsWith(`${word} `))
      .map((line) => Number(line.slice(word.length)))

  for (let life = 0; life <= KILLS; life++) {
    const last = life === KILLS
    const from = said('stored').length
    const child = spawn(
      process.execPath,
      [CHILD, database, logFile, `${from}`, `${last ? JOBS : JOBS - 1}`],
      {
        stdio: 'inherit',
      },
    )
    const exited = once(child, 'exit')
    const before = said('ran').length
    const enough = (): boolean =>
      last ? new Set(said('ran')).size === JOBS : said('ran').length >= before + 40
    while (!enough() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5))
    // The last life is ended too, once all has run: what was not settled yet stays active and is no loss.
    child.kill('SIGKILL')
    const [code] = await exited
    assert.equal(code, null, 'the child ended by itself')
  }

  const { db, raw } = openSqlite(database)
  t.after(() => db.destroy())
  assert.deepEqual(raw.prepare('pragma integrity_check').get(), { __proto__: null, integrity_check: 'ok' })
  const rows = await db.selectFrom('jobs').select(['payload', 'state', 'attempt']).execute()
  const numbers = rows.map(({ payload }) => (JSON.parse(payload) as { n: number }).n)
  for (const n of said('stored')) assert.ok(numbers.includes(n), `job ${n} was stored and is gone`)
  // A job runs more often than once only when a kill caught it in mid-run: two at most for each kill.
  const ran = said('ran')
  assert.equal(new Set(ran).size, JOBS)
  assert.ok(ran.length - JOBS <= 2 * KILLS + KILLS, `${ran.length - JOBS} runs too many`)
  assert.ok(rows.every(({ state }) => state === 'done' || state === 'active'))
})
