// Real answers of many years become facts: nothing throws, nothing blank is shown, silence falls back.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Check } from 'typebox/value'
import { factsOf, optionOf } from './describe.ts'
import * as shape from './tmdb-shapes.ts'

const FOLDER = new URL('../../../../shared/corpora/tmdb/responses/', import.meta.url)

test(
  'every real answer with an id is read without a fault',
  { skip: !existsSync(FOLDER) && 'no corpus' },
  () => {
    let read = 0
    for (const file of readdirSync(FOLDER)) {
      const json: unknown = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))
      if (!Check(shape.Details, json)) continue
      read++
      for (const kind of ['movie', 'tv'] as const) {
        const facts = factsOf(kind, json, 'de-DE')
        for (const value of [facts.overview, facts.tagline, facts.certification, facts.releasedOn])
          assert.notEqual(value, '', file)
      }
    }
    assert.ok(read > 30, `${read} read`)
    for (const file of [
      'themoviedb__movies__details_full.json',
      'php-tmdb__movie__all.json',
      'themoviedb__tv__details_full.json',
    ]) {
      const json: unknown = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))
      assert.ok(Check(shape.Details, json), file)
      const facts = factsOf(file.includes('tv') ? 'tv' : 'movie', json, 'en-US')
      assert.ok(facts.name !== '' && facts.people.length > 0 && facts.genres.length > 0, file)
      assert.ok(optionOf(json).otherNames.length > 0, file)
    }
  },
)

test('what the wanted language leaves blank comes from English', () => {
  const details = {
    id: 1,
    title: '',
    original_title: 'Le Film',
    original_language: 'fr',
    overview: '',
    release_date: '',
    vote_count: 0,
    vote_average: 0,
    genres: [{ id: 1, name: 'Drama' }, { id: 2, name: null }, null],
    translations: {
      translations: [{ iso_639_1: 'en', data: { title: 'The Film', overview: 'A story.', tagline: '' } }],
    },
  }
  assert.ok(Check(shape.Details, details))
  const facts = factsOf('movie', details, 'de-DE')
  assert.deepEqual(
    [facts.name, facts.overview, facts.tagline, facts.year, facts.rating, facts.genres],
    ['The Film', 'A story.', null, null, null, ['Drama']],
  )
})
