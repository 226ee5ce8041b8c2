// Judging candidates: remakes, same titles, foreign titles, wrong years, sequels, series and ids.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Evidence, judge, type Option, rank, score } from './match.ts'

const said = (over: Partial<Evidence>): Evidence => ({
  kind: 'movie',
  names: [],
  year: null,
  durationSeconds: null,
  episodes: [],
  ids: {},
  ...over,
})
const option = (over: Partial<Option>): Option => ({
  remoteId: 1,
  name: '',
  originalName: null,
  otherNames: [],
  year: null,
  runtimeSeconds: null,
  seasons: null,
  votes: 100,
  ids: {},
  ...over,
})
const best = (evidence: Evidence, options: Option[]) => {
  const ranked = rank(evidence, options)
  return [judge(ranked), ranked[0]?.option.remoteId]
}

test('title and year are enough; the title alone is not', () => {
  const heat = option({ name: 'Heat', year: 1995 })
  assert.deepEqual(best(said({ names: ['Heat'], year: 1995 }), [heat]), ['matched', 1])
  assert.equal(best(said({ names: ['Heat'] }), [heat])[0], 'review')
  assert.deepEqual(
    best(said({ names: ['Heat'], durationSeconds: 170 * 60 }), [
      option({ ...heat, runtimeSeconds: 170 * 60 }),
    ]),
    ['matched', 1],
  )
})

test('of remakes the year decides, without one the running time, without both a person', () => {
  const old = option({ remoteId: 1, name: 'Ben-Hur', year: 1959, runtimeSeconds: 212 * 60 })
  const later = option({ remoteId: 2, name: 'Ben-Hur', year: 2016, runtimeSeconds: 123 * 60 })
  assert.deepEqual(best(said({ names: ['Ben-Hur'], year: 1959 }), [later, old]), ['matched', 1])
  assert.deepEqual(best(said({ names: ['Ben Hur'], durationSeconds: 122 * 60 }), [old, later]), [
    'matched',
    2,
  ])
  assert.equal(best(said({ names: ['Ben-Hur'] }), [old, later])[0], 'review')
})

test('original, translated and alternative titles count; the parts say which', () => {
  const spirited = option({
    name: 'Spirited Away',
    originalName: '千と千尋の神隠し',
    otherNames: ['Chihiros Reise ins Zauberland', 'Sen to Chihiro no Kamikakushi'],
    year: 2001,
  })
  for (const name of ['千と千尋の神隠し', 'Chihiros Reise ins Zauberland', 'sen to chihiro no kamikakushi'])
    assert.equal(best(said({ names: [name], year: 2001 }), [spirited])[0], 'matched', name)
  const { parts } = score(said({ names: ['千と千尋の神隠し'], year: 2001 }), spirited)
  assert.match(parts[0]!.detail, /original title/)
})

test('a wrong year of one is taken, of ten is for a person, of another film is left alone', () => {
  const alien = option({ name: 'Alien', year: 1979, runtimeSeconds: 117 * 60 })
  assert.equal(best(said({ names: ['Alien'], year: 1980 }), [alien])[0], 'matched')
  assert.equal(best(said({ names: ['Alien'], year: 1990, durationSeconds: 117 * 60 }), [alien])[0], 'review')
  assert.equal(best(said({ names: ['Holiday in Rome'], year: 1979 }), [alien])[0], 'name-only')
  assert.equal(best(said({ names: ['Alien 3'], year: 1992 }), [alien])[0], 'name-only')
})

test('a sequel is not its first film', () => {
  const rocky = option({ name: 'Rocky', year: 1976 })
  const second = option({ remoteId: 2, name: 'Rocky II', year: 1979 })
  assert.deepEqual(best(said({ names: ['Rocky 2'], year: 1979 }), [rocky, second]), ['matched', 2])
  assert.notEqual(best(said({ names: ['Rocky 2'] }), [rocky])[0], 'matched')
})

test('an id in a name or an NFO file is certain, whatever the title', () => {
  const it = option({ remoteId: 603, name: 'The Matrix', year: 1999, ids: { imdb: 'tt0133093' } })
  const other = option({ remoteId: 9, name: 'Quux', year: 2001 })
  assert.deepEqual(best(said({ names: ['Quux'], year: 2001, ids: { tmdb: 603 } }), [other, it]), [
    'matched',
    603,
  ])
  assert.deepEqual(best(said({ names: ['Quux'], ids: { imdb: 'tt0133093' } }), [other, it]), ['matched', 603])
})

test('series: the numbers tell old and new apart; specials prove nothing', () => {
  const show = (remoteId: number, year: number, seasons: number[]) =>
    option({
      remoteId,
      name: 'Battlestar Galactica',
      year,
      seasons: seasons.map((episodes, nth) => ({ season: nth + 1, episodes })),
    })
  const options = [show(1, 1978, [24]), show(2, 2004, [13, 20, 20, 20])]
  const episodes = [
    { season: 3, number: 12 },
    { season: 4, number: 1 },
  ]
  const tv = said({ kind: 'tv', names: ['Battlestar Galactica'] })
  assert.deepEqual(best({ ...tv, episodes }, options), ['matched', 2])
  assert.equal(best({ ...tv, episodes: [{ season: 0, number: 1 }] }, options)[0], 'review')
  assert.deepEqual(best({ ...tv, episodes: [{ season: 1, number: 40 }] }, options), ['matched', 2])
  assert.equal(
    best(said({ kind: 'tv', names: ['The Office (US)'] }), [option({ name: 'The Office' })])[0],
    'matched',
  )
})

const FILMS = new URL('../../../../shared/corpora/tmdb/fixture-movie.jsonl', import.meta.url)
test(
  'every real film is found among all under its own name and year',
  { skip: !existsSync(FILMS) && 'no corpus' },
  () => {
    type Row = {
      id: number
      title: string
      original_title: string
      release_date: string
      vote_count: number | null
    }
    const rows = readFileSync(FILMS, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row)
    const options = rows.map((r) =>
      option({
        remoteId: r.id,
        name: r.title,
        originalName: r.original_title,
        year: Number(r.release_date.slice(0, 4)) || null,
        votes: r.vote_count ?? 0,
      }),
    )
    const wrong: string[] = []
    let taken = 0
    for (const r of rows.filter((_, nth) => nth % 9 === 0)) {
      const year = Number(r.release_date.slice(0, 4)) || null
      const [verdict, id] = best(said({ names: [r.title], year }), options)
      if (verdict === 'matched') taken++
      if (verdict === 'matched' && id !== r.id) wrong.push(r.title)
    }
    assert.deepEqual(wrong, [])
    assert.ok(taken > 85, `${taken} taken`)
  },
)
