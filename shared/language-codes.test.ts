// One language has one code, whichever of its spellings a file uses.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languageCode, languageTag } from './language-codes.ts'

test('terminological, bibliographic, two-letter, regional and spelled-out names are one', () => {
  for (const said of ['deu', 'ger', 'de', 'GER', 'de-AT', 'de_CH', 'German'])
    assert.equal(languageCode(said), 'deu', said)
  assert.equal(languageCode('fre'), 'fra')
  assert.equal(languageCode('pt-BR'), 'por')
})

test('codes nobody listed stay, and nothing said is nothing', () => {
  assert.equal(languageCode('tlh'), 'tlh')
  for (const said of [null, '', 'und', 'mis take', '%']) assert.equal(languageCode(said), null, String(said))
})

test('tags are the shortest there are, with their region', () => {
  const tags = ['deu', 'ger', 'English', 'por-BR', 'zh-Hant', 'fil', 'xyz', 'und', null].map(languageTag)
  assert.deepEqual(tags, ['de', 'de', 'en', 'pt-BR', 'zh-Hant', 'fil', 'xyz', null, null])
})
