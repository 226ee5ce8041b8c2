// What is offered to skip at which moment.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { offerAt } from './skips.ts'

const chapter = (startSeconds: number, endSeconds: number, title: string | null) => ({
  startSeconds,
  endSeconds,
  title,
})
const chapters = [
  chapter(0, 30, 'Previously on'),
  chapter(30, 120, 'Opening Credits'),
  chapter(120, 1100, 'The open door'),
  chapter(1100, 1200, 'End credits'),
]
const at = (seconds: number, hasNext = false, ended = false) =>
  offerAt(chapters, seconds, 1200, { hasNext, ended })

test('recaps and openings are skipped to their end', () => {
  assert.deepEqual(at(5), { kind: 'recap', toSeconds: 30 })
  assert.deepEqual(at(30), { kind: 'opening', toSeconds: 120 })
})

test('a chapter of the story is nothing to skip, whatever letters its name holds', () =>
  assert.equal(at(600), null))

test('the credits lead to the next episode, and to nothing where there is none', () => {
  assert.deepEqual(at(1150, true), { kind: 'next' })
  assert.equal(at(1150), null)
})

test('without chapters the next episode is offered near the end and after it', () => {
  const bare = (seconds: number, ended = false) => offerAt([], seconds, 1200, { hasNext: true, ended })
  assert.equal(bare(1100), null)
  assert.deepEqual(bare(1185), { kind: 'next' })
  assert.deepEqual(bare(0, true), { kind: 'next' })
})

test('an opening of ten minutes is a part of the film', () =>
  assert.equal(
    offerAt([chapter(0, 600, 'Intro'), chapter(600, 900, null)], 5, 900, { hasNext: false, ended: false }),
    null,
  ))
