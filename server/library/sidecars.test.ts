// Which film a subtitle beside it belongs to, and in which language it is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { besideSubtitles, sidecarsOf } from './sidecars.ts'

const found = (sidecar: string, media: string[]) => {
  const [one] = sidecarsOf([sidecar], media)
  return one && [one.mediaPath, one.language]
}

test('the longest name that the subtitle goes on from owns it', () => {
  const media = ['F/Film.mkv', 'F/Film.Extended.mkv']
  assert.deepEqual(found('F/Film.Extended.en.srt', media), ['F/Film.Extended.mkv', 'eng'])
  assert.deepEqual(found('F/film.de.srt', media), ['F/Film.mkv', 'deu'])
})

test('a folder of subtitles belongs to the film above it', () => {
  assert.deepEqual(found('F/Subs/2_English.srt', ['F/Film.mkv']), ['F/Film.mkv', 'eng'])
  assert.equal(found('F/Subs/2_English.srt', ['F/Film.mkv', 'F/Other.mkv']), undefined)
})

test('a folder for each episode inside the folder of subtitles', () => {
  const media = ['S/Show.S01E01.mkv', 'S/Show.S01E02.mkv']
  assert.deepEqual(found('S/Subs/Show.S01E02/3_German.srt', media), ['S/Show.S01E02.mkv', 'deu'])
  assert.equal(found('S/Subs/Show.S01E09/3_German.srt', media), undefined)
})

test('a subtitle of nothing is nobody’s', () => assert.equal(found('F/Else.srt', ['F/Film.mkv']), undefined))

test('what happened in a folder of subtitles is looked at from the folder of the films', () => {
  assert.deepEqual(['F/Subs', 'F/Subs/Show.S01E01', 'Subs', 'F', ''].map(besideSubtitles), [
    'F',
    'F',
    '',
    'F',
    '',
  ])
})
