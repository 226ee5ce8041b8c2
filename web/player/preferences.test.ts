// Which sound and which subtitles a film begins with on a device that has chosen before.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Playback } from '#shared/api/playback.ts'
import { audioFor, subtitleFor } from './preferences.ts'

type Sound = Playback['audio'][number]
type Text = Playback['subtitles'][number]
const NONE = { audio: null, subtitle: null }
const sound = (index: number, language: string | null, more: Partial<Sound> = {}) =>
  ({ index, language, isDefault: false, isCommentary: false, isVisualImpaired: false, ...more }) as Sound
const text = (index: number, language: string | null, more: Partial<Text> = {}) =>
  ({ index, language, url: 'x', isForced: false, isHearingImpaired: false, ...more }) as Text

test('sound: the language of last time where the film has it, else the film’s own choice, never a commentary', () => {
  const audio = [
    sound(1, 'en', { isCommentary: true }),
    sound(2, 'de', { isDefault: true }),
    sound(3, 'en'),
    sound(4, null),
  ]
  assert.equal(audioFor({ audio }, NONE).chosen?.index, 2)
  assert.equal(audioFor({ audio }, { ...NONE, audio: 'en' }).chosen?.index, 3)
  assert.equal(audioFor({ audio }, { ...NONE, audio: 'fr' }).chosen?.index, 2)
  assert.equal(audioFor({ audio }, { ...NONE, audio: 'en' }).own?.index, 2)
  assert.equal(audioFor({ audio: [] }, { ...NONE, audio: 'en' }).chosen, undefined)
})

test('subtitles: the language of last time, plain before those for the deaf; else forced ones', () => {
  const subtitles = [
    text(5, 'en', { isForced: true }),
    text(6, 'en', { isHearingImpaired: true }),
    text(7, 'en'),
    text(8, 'fr', { url: null }),
  ]
  assert.equal(subtitleFor({ subtitles }, NONE)?.index, 5)
  assert.equal(subtitleFor({ subtitles }, { ...NONE, subtitle: 'en' })?.index, 7)
  assert.equal(subtitleFor({ subtitles }, { ...NONE, subtitle: 'off' })?.index, 5)
  assert.equal(subtitleFor({ subtitles }, { ...NONE, subtitle: 'fr' })?.index, 5)
  assert.equal(subtitleFor({ subtitles: subtitles.slice(1) }, NONE), undefined)
})
