// Lists are narrowed by what the files of a film, or of any episode of a series, really have.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MediaInfo } from '#shared/media.ts'
import { openDatabase } from '../platform/database/database.ts'
import { createCatalog } from './catalog.ts'
import { createCatalogStore } from './store.ts'

const track = { index: 0, codec: 'aac', profile: null, title: null, isDefault: false, isForced: false }
const timed = { bitrateBps: null, startSeconds: null, durationSeconds: null, codecString: null }

function info(height: number, codec: string, hdr: 'hdr10' | null, audio: readonly string[]): MediaInfo {
  const picture = {
    ...track,
    ...timed,
    codec,
    height,
    width: height * 2,
    hdr,
    rotationDegrees: 0,
    language: null,
  }
  return {
    formatName: 'matroska,webm',
    container: 'matroska',
    durationSeconds: 60,
    startSeconds: 0,
    bitrateBps: null,
    title: null,
    video: [picture as MediaInfo['video'][number]],
    audio: audio.map((language) => ({ ...track, ...timed, language }) as MediaInfo['audio'][number]),
    subtitles: [{ ...track, kind: 'text', language: 'fre', isHearingImpaired: false }],
    chapters: [],
    attachments: [],
  }
}

async function setUp() {
  const database = await openDatabase({ kind: 'sqlite', path: ':memory:' }, () => 1)
  const catalog = createCatalog({
    store: createCatalogStore(database.db, 'sqlite'),
    fileById: async () => null,
    nextUp: async () => null,
  })
  const place = (id: string, libraryKind: 'films' | 'series', relativePath: string) =>
    catalog.placeFiles([{ id, libraryId: libraryKind, libraryKind, relativePath, addedAtMs: 1 }])
  return { ...database, catalog, place }
}

const names = async (list: Promise<{ items: { name: string }[] }>) => (await list).items.map((i) => i.name)

test('films are found by codec, HDR, resolution and language, however the language is spelled', async () => {
  const t = await setUp()
  await using _ = t
  await t.place('a', 'films', 'Alien (1979).mkv')
  await t.place('b', 'films', 'Brazil (1985).mkv')
  await t.catalog.describeFiles([
    { id: 'a', info: info(2160, 'hevc', 'hdr10', ['ger', 'eng']) },
    { id: 'b', info: info(800, 'h264', null, ['deu']) },
  ])
  const films = (filter: object) => names(t.catalog.list('v', 'movie', filter))
  assert.deepEqual(await films({ hdr: true }), ['Alien'])
  assert.deepEqual(await films({ hdr: false }), ['Brazil'])
  assert.deepEqual(await films({ resolution: '1080p' }), ['Brazil'])
  assert.deepEqual(await films({ videoCodec: 'hevc', audioLanguage: 'eng' }), ['Alien'])
  for (const audioLanguage of ['deu', 'ger', 'de'])
    assert.deepEqual(await films({ audioLanguage, sort: 'name', order: 'desc' }), ['Brazil', 'Alien'])
  assert.deepEqual(await films({ subtitleLanguage: 'fra', audioLanguage: 'eng' }), ['Alien'])
  assert.deepEqual(await films({ subtitleLanguage: 'ita' }), [])
})

test('a series has what its episodes have, until the last such file is gone', async () => {
  const t = await setUp()
  await using _ = t
  await t.place('a', 'series', 'Lost/Season 1/Lost S01E01.mkv')
  await t.place('b', 'series', 'Lost/Season 1/Lost S01E02.mkv')
  await t.catalog.describeFiles([
    { id: 'a', info: info(480, 'mpeg2video', null, ['eng']) },
    { id: 'b', info: info(1080, 'h264', null, ['eng']) },
  ])
  const series = (filter: object) => names(t.catalog.list('v', 'show', filter))
  assert.deepEqual(await series({ videoCodec: 'mpeg2video' }), ['Lost'])
  await t.catalog.forgetFiles(['a'])
  assert.deepEqual(await series({ videoCodec: 'mpeg2video' }), [])
  assert.deepEqual(await series({ videoCodec: 'h264' }), ['Lost'])
})

test('what a viewer likes or has seen narrows the list to it', async () => {
  const t = await setUp()
  await using _ = t
  await t.place('a', 'films', 'Alien (1979).mkv')
  await t.place('b', 'films', 'Brazil (1985).mkv')
  const [alien] = (await t.catalog.list('v', 'movie', {})).items
  await t.db
    .insertInto('viewer_titles')
    .values({ viewer_id: 'v', title_id: alien?.id ?? '', favourite: 1, watched: 1, updated_at_ms: 1 })
    .execute()
  const films = (filter: object) => names(t.catalog.list('v', 'movie', filter))
  assert.deepEqual(await films({ favourite: true }), ['Alien'])
  assert.deepEqual(await films({ watched: true }), ['Alien'])
  assert.deepEqual(await films({ watched: false, favourite: false }), ['Brazil'])
})

test('a year narrows every order of the list, and two letters find films and series in one order', async () => {
  const t = await setUp()
  await using _ = t
  for (const [id, name] of [
    ['a', 'Alien (1979)'],
    ['b', 'Brazil (1985)'],
    ['c', 'Aliens (1985)'],
  ] as const)
    await t.place(id, 'films', `${name}.mkv`)
  await t.place('d', 'series', 'Alf/Season 1/Alf S01E01.mkv')
  for (const sort of ['name', 'year', 'added', 'rating', 'runtime'] as const)
    assert.deepEqual(
      (await names(t.catalog.list('v', 'movie', { year: 1985, sort }))).toSorted(),
      ['Aliens', 'Brazil'],
      sort,
    )
  assert.deepEqual(
    (await t.catalog.search('v', 'Al')).map((one) => one.name),
    ['Alf', 'Alien', 'Aliens'],
  )
})
