// `--help` says what the command line takes, no more and no less, with the defaults that hold.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { HELP } from '../server/cli/help.ts'
import { VARIABLES } from '../server/platform/variables.ts'

const MAIN = readFileSync(new URL('../server/main.ts', import.meta.url), 'utf8')
const CONFIG = readFileSync(new URL('../server/platform/config.ts', import.meta.url), 'utf8')

/** What stands between the first `from` and the next `to`. */
const between = (text: string, from: string, to: string): string => text.split(from)[1]?.split(to)[0] ?? ''
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((m) => m[1] ?? '').toSorted()

test('options of --help are those that are taken', () => {
  const taken = all(between(MAIN, 'const OPTIONS = {', '} as const'), /^ {2}'?([\w-]+)'?: \{/gm)
  assert.ok(taken.length >= 7)
  assert.deepEqual(all(between(HELP, 'Options\n', '\n\n'), /--([\w-]+)/g), taken)
})

test('commands of --help are those that are taken', () => {
  const taken = all(between(MAIN, 'const COMMANDS = [', ']'), /'([\w-]+)'/g)
  assert.ok(taken.length >= 6)
  assert.deepEqual(all(HELP, /^ {2}npm start -- ([a-z][\w-]*)/gm), taken)
})

test('--help names only settings that exist, and their defaults', () => {
  const names = all(HELP, /\b(MEDIASERVER_\w+)/g)
  assert.ok(names.length > 0)
  assert.deepEqual(
    names.filter((name) => !(name in VARIABLES)),
    [],
  )
  const defaults = Object.fromEntries(
    [...HELP.matchAll(/--(\w+) <.*\((.+)\)$/gm)].map(([, k = '', v = '']) => [k, v]),
  )
  assert.equal(VARIABLES.MEDIASERVER_HOST.default, '::')
  assert.deepEqual(defaults, {
    port: VARIABLES.MEDIASERVER_PORT.default,
    host: 'every interface',
    data: VARIABLES.MEDIASERVER_DATA.default,
    role: VARIABLES.MEDIASERVER_ROLE.default,
  })
})

test('every setting of the table is read, and none besides', () => {
  const read = new Set(all(CONFIG, /'(MEDIASERVER_\w+)'/g))
  const known = new Set(Object.keys(VARIABLES))
  assert.deepEqual([...known.difference(read)], [], 'documented, but nothing reads them')
  assert.deepEqual([...read.difference(known)], [], 'read, but not documented')
})
