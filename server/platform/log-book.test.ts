// What is kept of the log: bounded, filtered, without secrets; how much is said changes for all features at once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MOST_LINES } from './log-book.ts'
import { createLogs, redacted } from './log.ts'
import { within } from './scope.ts'

const quiet = () => createLogs({ level: 'info', pretty: false, write: () => {} })

test('the newest lines are kept, the newest first; older ones go', () => {
  const { log, book } = quiet()
  for (let n = 0; n < MOST_LINES + 5; n++) log.info({ n }, `line ${n}`)
  const all = book.lines({ limit: MOST_LINES * 2 })
  assert.equal(all.length, MOST_LINES)
  assert.deepEqual([all[0]?.message, all.at(-1)?.message], [`line ${MOST_LINES + 4}`, 'line 5'])
  assert.equal(all[0]?.detail, JSON.stringify({ n: MOST_LINES + 4 }))
  assert.ok(Math.abs((all[0]?.atMs ?? 0) - Date.now()) < 60_000)
})

test('lines are found by level, feature, request, job and text', () => {
  const { log, book } = quiet()
  const [library, party] = [log.child({ feature: 'library' }), log.child({ feature: 'party' })]
  within({ requestId: 'r1' }, () => library.warn('A folder is away'))
  within({ jobId: 'j1' }, () => party.info('begun'))
  library.error({ err: new Error('no such file: Ω.mkv') }, 'failed')
  const found = (question: object) => book.lines({ limit: 10, ...question }).map((line) => line.message)
  assert.deepEqual(found({ level: 'warn' }), ['failed', 'A folder is away'])
  assert.deepEqual(found({ feature: 'party' }), ['begun'])
  assert.deepEqual(found({ id: 'r1' }), ['A folder is away'])
  assert.deepEqual(found({ id: 'j1' }), ['begun'])
  assert.deepEqual(found({ text: 'ω.MKV' }), ['failed'])
  assert.deepEqual(found({ text: 'folder is', level: 'error' }), [])
})

test('an endless line is cut and still found by what it is', () => {
  const { log, book } = quiet()
  log.child({ feature: 'media' }).warn({ stderr: 'x'.repeat(100_000), pid: 7 }, 'ended')
  const [line] = book.lines({ limit: 1, feature: 'media', level: 'warn' })
  assert.equal(line?.message, 'ended')
  assert.ok(line && line.detail.length < 4000 && line.detail.includes('"pid":7'))
})

test('how much is said changes for features that have their logger already', () => {
  const { log, book, setLevel } = quiet()
  const child = log.child({ feature: 'http' })
  child.debug('unheard')
  setLevel('debug')
  child.debug('heard')
  setLevel('silent')
  child.fatal('unheard')
  assert.deepEqual(
    book.lines({ limit: 10 }).map((line) => line.message),
    ['heard'],
  )
})

test('secrets in texts are blotted out, in what is written as in what is kept', () => {
  const written: string[] = []
  const { log, book } = createLogs({ level: 'info', pretty: false, write: (line) => written.push(line) })
  const error = new Error(
    'GET /v/eyJ0aWNrZXQiOjF9.c2lnbmF0dXJl/asset/file failed at postgres://ada:horse@db/films',
  )
  log.warn(
    { err: error, password: 'horse' },
    'asked https://api.example/3/find?api_key=abc123&x=1 with Bearer abc.def',
  )
  const [line] = book.lines({ limit: 1 })
  for (const text of [written.join(''), JSON.stringify(line)])
    for (const secret of ['eyJ0aWNrZXQiOjF9', 'c2lnbmF0dXJl', 'horse', 'abc123', 'abc.def'])
      assert.ok(!text.includes(secret), `${secret} in ${text}`)
  assert.equal(redacted('/media/v/Films/A.mkv'), '/media/v/Films/A.mkv')
  assert.equal(redacted('a plain text: 1/2'), 'a plain text: 1/2')
})
