// NFO files as tools write them, as people write them, and as an attacker would.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseXml, readNfo } from './nfo.ts'

const read = (text: string) => readNfo(Buffer.from(text))

test('a film as Kodi writes it', () => {
  const nfo = read(`\uFEFF<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>
<!-- created by a tool -->
<movie>
  <title>Am&#233;lie &amp; more</title><originaltitle>Le Fabuleux destin</originaltitle>
  <ratings><rating name="tmdb" max="10" default="true"><value>7.9</value><votes>9</votes></rating></ratings>
  <plot><![CDATA[She <lives> in Paris.]]></plot><mpaa>R</mpaa><premiered>2001-04-25</premiered>
  <genre>Comedy / Romance</genre><genre>Drama</genre>
  <uniqueid type="imdb">tt0211915</uniqueid><uniqueid type="tmdb" default="true">194</uniqueid>
  <director>J.-P. Jeunet</director>
  <actor><name>Audrey Tautou</name><role>Amélie</role><thumb/></actor>
</movie>`)
  assert.equal(nfo?.kind, 'movie')
  assert.deepEqual([nfo?.title, nfo?.originalTitle, nfo?.year], ['Amélie & more', 'Le Fabuleux destin', 2001])
  assert.deepEqual([nfo?.overview, nfo?.rating, nfo?.certification], ['She <lives> in Paris.', 7.9, 'R'])
  assert.deepEqual(nfo?.genres, ['Comedy', 'Romance', 'Drama'])
  assert.deepEqual(nfo?.ids, { imdb: 'tt0211915', tmdb: 194 })
  assert.deepEqual(
    nfo?.people.map((p) => [p.name, p.role]),
    [
      ['Audrey Tautou', 'Amélie'],
      ['J.-P. Jeunet', null],
    ],
  )
})

test('a link alone, or after the description, is an id', () => {
  assert.deepEqual(read('https://www.themoviedb.org/movie/603-the-matrix\n')?.ids, { tmdb: 603 })
  assert.deepEqual(read('<movie><title>X</title></movie>\nhttps://www.imdb.com/title/tt0133093/')?.ids, {
    imdb: 'tt0133093',
  })
  assert.deepEqual(read('<tvshow><tvdbid>81189</tvdbid><imdb_id>tt0903747</imdb_id></tvshow>')?.ids, {
    tvdb: 81189,
    imdb: 'tt0903747',
  })
})

test('release notes, damage, document types, depth and size give nothing and take no time', () => {
  assert.equal(read('▄▄▄ GREAT RELEASE ▄▄▄ size 700 MB'), null)
  assert.equal(read('<movie><title>Half'), null)
  assert.equal(read('<movie><title>X</plot></movie>'), null)
  assert.equal(read('<!DOCTYPE x [<!ENTITY a "b">]><movie><title>&a;</title></movie>'), null)
  assert.equal(read(`<movie>${'<a>'.repeat(50_000)}`), null)
  assert.equal(read(`<movie>${'<a/>'.repeat(50_000)}</movie>`), null)
  assert.equal(read('<'.repeat(500_000)), null)
  assert.equal(read(`<movie ${'a="b" '.repeat(60_000)}`), null)
  assert.equal(readNfo(Buffer.alloc(600_000, '<a>')), null)
  assert.equal(parseXml('<movie>&#0;&#xD800;&bomb;</movie>')?.text, '&bomb;'.slice(0, 6))
})
