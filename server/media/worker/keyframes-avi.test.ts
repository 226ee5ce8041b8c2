// The keyframes that an AVI's index tells are those found by reading the whole file.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readAviKeyframes } from '../containers/avi.ts'
import { keyframesOf } from './keyframes.ts'
import { probeFile } from './probe.ts'

const sample = join(import.meta.dirname, '../../../../shared/corpora/media/files/androidx__sample.avi')
const skip = existsSync(sample) ? false : 'the media corpus is not here'

test('index and whole file agree', { skip }, async () => {
  const info = await probeFile(sample)
  const index = info.video[0]?.index ?? 0
  const told = readAviKeyframes(sample, index)
  // Under another name the index is not looked at.
  const read = await keyframesOf(sample, { ...info, container: 'other' }, index, { scan: true })
  assert.ok(told && read && read.length > 1)
  assert.deepEqual(
    told.map((time) => time.toFixed(3)),
    read.map((time) => time.toFixed(3)),
  )
})

test('a file cut short or damaged has no index', { skip }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mediaserver-avi-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'a.avi')
  const whole = readFileSync(sample)
  for (const length of [0, 11, 40, 300, whole.length >> 1]) {
    writeFileSync(path, whole.subarray(0, length))
    assert.equal(readAviKeyframes(path, 0), null, String(length))
  }
})
