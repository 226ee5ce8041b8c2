// AC-4 whose frames are damaged: its decoder ends the process in an assertion, so it is described without one.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMediaEngine } from '../engine.ts'

const sample = join(import.meta.dirname, '../../../../shared/corpora/media/files/androidx__sample_ac4.mp4')

test(
  'damaged AC-4 does not take its worker along',
  {
    skip: existsSync(sample) ? false : 'the media corpus is not here',
  },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'mediaserver-ac4-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const whole = readFileSync(sample)
    const from = whole.indexOf('mdat') + 4
    const paths = [0x00, 0x55, 0xff].map((byte) => {
      const damaged = Buffer.from(whole)
      for (let at = from + 16; at < damaged.length; at += 7) damaged[at] = (damaged[at] ?? 0) ^ byte
      const path = join(folder, `${byte}.mp4`)
      writeFileSync(path, damaged)
      return path
    })
    await using engine = createMediaEngine({ readers: 1 })
    for (const path of paths) {
      const info = await engine.probe(path)
      assert.deepEqual(
        info.audio.map((track) => track.codec),
        ['ac4'],
      )
    }
  },
)
