// Chapters put into a finished film are the ones that a probe finds.
import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { NO_FFMPEG, plainClip } from '../../../tests/support/films.ts'
import { addChapters } from './demo-chapters.ts'
import { probeFile } from './probe.ts'

test('chapters of a demo film are found again', { skip: NO_FFMPEG }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mediaserver-chapters-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'film.mp4')
  copyFileSync(plainClip(), path)
  addChapters(path, [
    { startSeconds: 0, title: 'Opening' },
    { startSeconds: 10, title: 'Größe' },
  ])
  const { chapters, durationSeconds } = await probeFile(path)
  assert.deepEqual(
    chapters.map(({ startSeconds, title }) => [startSeconds, title]),
    [
      [0, 'Opening'],
      [10, 'Größe'],
    ],
  )
  assert.ok(Math.abs((durationSeconds ?? 0) - 24) < 0.1, 'the film is as long as before')
})
