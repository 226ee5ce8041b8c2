// A segment that nobody makes: how long it is waited for, and what is said then.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LiveSegment } from '../live-segment.ts'
import { bring } from './bring.ts'
import type { Workers } from './workers.ts'

test('where no worker runs, that is what is said', async () => {
  let now = 0
  const nobody: Pick<Workers, 'alive' | 'choose' | 'isAlive'> = {
    alive: () => [],
    choose: () => null,
    isAlive: () => false,
  }
  const question = {
    fileId: 'f',
    assetId: 'a',
    name: 'v-360p',
    key: 'k',
    segment: 0,
    viewerId: 'v',
    isPatient: false,
  }
  const deps = {
    workers: nobody as Workers,
    holderOf: async () => null,
    secret: 's',
    nowMs: () => (now += 10_000),
  }
  await assert.rejects(bring(new LiveSegment(), question, deps, new AbortController().signal), {
    code: 'segment-late',
    message: /No process that converts films runs/,
  })
})
