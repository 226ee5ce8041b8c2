// The words of subtitle names as Jellyfin, Plex, Kodi and Sonarr write them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { subtitleWords } from './subtitle-words.ts'

const CASES: [string, string | null, string | null, string][] = [
  ['.default', null, null, 'd'],
  ['.foreign', null, null, 'f'],
  ['.fr.en', 'eng', 'fr', ''],
  ['.forced.default.en.title', 'eng', 'title', 'df'],
  ['.Title Goes Here', null, 'Title Goes Here', ''],
  ['.de.sdh.forced', 'deu', null, 'fh'],
  ['.hi', 'hin', null, ''],
  ['.en.hi', 'eng', null, 'h'],
  ['.English', 'eng', null, ''],
  ['.ENG', 'eng', null, ''],
  ['.pt-BR', 'pt-BR', null, ''],
  ['.zh-hans.cc', 'zh-Hans', null, 'h'],
  ['.Commentary.ger', 'deu', 'Commentary', ''],
  ['2_English', 'eng', null, ''],
  ['', null, null, ''],
]
test('language, title and flags', () => {
  for (const [rest, language, title, flags] of CASES) {
    const got = subtitleWords(rest)
    const letters = `${got.isDefault ? 'd' : ''}${got.isForced ? 'f' : ''}${got.isHearingImpaired ? 'h' : ''}`
    assert.deepEqual([got.language, got.title, letters], [language, title, flags], rest)
  }
})
