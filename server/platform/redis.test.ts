// What Redis says of itself, and what that means for an installation.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAway } from './engine-away.ts'
import { judgeRedis } from './redis.ts'

const info = (changes: Record<string, string>): string =>
  Object.entries({
    redis_version: '7.0.15',
    role: 'master',
    maxmemory_policy: 'noeviction',
    ...changes,
  })
    .map(([name, value]) => `${name}:${value}\r\n`)
    .join('')

test('a Redis is judged by what it says of itself', () => {
  assert.equal(judgeRedis(info({})), null)
  // One that tells nobody of itself is taken as it is.
  assert.equal(judgeRedis(''), null)
  const cases: [Record<string, string>, isFault: boolean, sentence: RegExp][] = [
    [{ redis_version: '5.0.7' }, true, /5\.0\.7 is too old.*6\.2 or newer/],
    [{ role: 'slave', slave_read_only: '1' }, true, /replica.*name its primary/],
    [{ maxmemory_policy: 'volatile-lru' }, false, /volatile-lru.*set it to noeviction/],
  ]
  for (const [changes, isFault, sentence] of cases) {
    const verdict = judgeRedis(info(changes))
    assert.equal(verdict?.isFault, isFault)
    assert.match(verdict.sentence, sentence)
  }
})

test('an engine that is away is told from a fault of this program', () => {
  const coded = (code: string) => Object.assign(new Error('x'), { code })
  for (const code of ['ECONNREFUSED', '57P01', '08006', '53300', '55P03'])
    assert.ok(isAway(coded(code)), code)
  for (const message of [
    "OOM command not allowed when used memory > 'maxmemory'.",
    'Connection terminated unexpectedly',
    'Command timed out',
    'Connection is closed.',
  ])
    assert.ok(isAway(new Error(message)), message)
  assert.ok(isAway(new Error('no session', { cause: coded('ECONNREFUSED') })), 'wrapped')
  for (const code of ['23505', '42P01', 'ENOENT']) assert.ok(!isAway(coded(code)), code)
  assert.ok(!isAway(new Error('x is not a function')))
})
