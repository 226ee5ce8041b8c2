// compose.scaled.yaml says nothing that the rest does not know: settings by their names, places of docs/nginx.conf as they are there.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseConfig } from '../server/platform/config.ts'

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')

test('the settings of compose.scaled.yaml fit together, and it changes what docs/nginx.conf has to be changed', () => {
  const compose = read('compose.scaled.yaml')
  const settings = Object.fromEntries(
    [...compose.matchAll(/^ {4}(MEDIASERVER_\w+): (.*)$/gm)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  )
  assert.ok(Object.keys(settings).length >= 8)
  const roles = [...compose.matchAll(/--role, (\w+)/g)].map(([, role = '']) => role)
  assert.deepEqual(roles, ['web', 'web', 'worker'])
  for (const role of roles) assert.equal(parseConfig(settings, { role }).role, role)
  const nginx = read('docs/nginx.conf')
  const changes = [...compose.matchAll(/-e 's\|([^|]+)\|/g)].map(([, was = '']) => was)
  assert.equal(changes.length, 2)
  for (const was of changes) assert.ok(nginx.includes(was), was)
})
