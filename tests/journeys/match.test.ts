// From files to the right titles: scan, match, enrich, review, pin, undo; through faults, restarts and rescans.
import assert from 'node:assert/strict'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { changeSettings } from '../../shared/api/admin-settings.ts'
import { listJobs } from '../../shared/api/admin.ts'
import { getTitle, listMovies, listShows, searchTitles } from '../../shared/api/catalog.ts'
import { scanLibrary } from '../../shared/api/library.ts'
import { getCollection, getPerson, listCollections } from '../../shared/api/people.ts'
import {
  applyChoices,
  getMetadataStatus,
  listReview,
  previewChoices,
  searchCandidates,
  undoMatchChange,
} from '../../shared/api/review.ts'
import { type Client, createTestApp } from '../support/app.ts'
import { type FakeTitle, startFakeTmdb } from '../support/fake-tmdb.ts'

const clip = join(import.meta.dirname, '../../../shared/corpora/media/files/androidx__sample.mp4')
const skip = existsSync(clip) ? false : 'the media corpus is not here'

const TITLES: FakeTitle[] = [
  {
    id: 949,
    kind: 'movie',
    title: 'Heat',
    date: '1995-12-15',
    cast: [{ id: 1158, name: 'Al Pacino', character: 'Vincent' }],
    collection: { id: 7, name: 'Heat Collection' },
  },
  { id: 1, kind: 'movie', title: 'Ben-Hur', date: '1959-11-18' },
  { id: 2, kind: 'movie', title: 'Ben-Hur', date: '2016-08-17' },
  {
    id: 3,
    kind: 'movie',
    title: 'Spirited Away',
    originalTitle: 'Sen to Chihiro no Kamikakushi',
    date: '2001-07-20',
  },
  { id: 9, kind: 'movie', title: 'Quux', date: '2010-01-01', imdb: 'tt7654321' },
  {
    id: 60622,
    kind: 'tv',
    title: 'Fargo',
    date: '2014-04-15',
    seasons: { 1: ['The Dilemma', 'The Rooster'] },
  },
]
const FILES = [
  'Heat (1995)/Heat (1995).mp4',
  'Ben-Hur.mp4',
  'Sen to Chihiro no Kamikakushi (2001).mp4',
  'Home video of a goat.mp4',
  'Wrong Name/Wrong Name.mp4',
  'Fargo/Season 1/Fargo - s01e01.mp4',
  'Fargo/Season 1/Fargo - s01e02.mp4',
]

function makeMedia(t: TestContext): { folder: string; add: (path: string) => void } {
  const folder = mkdtempSync(join(tmpdir(), 'match-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const add = (path: string) => {
    const to = join(folder, 'media', path)
    mkdirSync(dirname(to), { recursive: true })
    copyFileSync(clip, to)
    writeFileSync(to, path, { flag: 'a' })
    utimesSync(to, 1e9, 1e9)
  }
  FILES.forEach(add)
  writeFileSync(join(folder, 'media/Wrong Name/movie.nfo'), 'https://www.imdb.com/title/tt7654321/')
  return { folder, add }
}

/** Asks again until the answer is as it should be; says what it was when it never is. */
async function eventually<T>(ask: () => Promise<T>, is: (answer: T) => boolean): Promise<T> {
  const until = performance.now() + 40_000
  for (;;) {
    const answer = await ask()
    if (is(answer)) return answer
    assert.ok(performance.now() < until, `never so: ${JSON.stringify(answer).slice(0, 1500)}`)
    await new Promise((go) => setTimeout(go, 100))
  }
}
const titleOf = (client: Client, id: string) => client.call(getTitle, { params: { id } })
const films = async (client: Client) => (await client.call(listMovies, { query: {} })).items
const named = async (client: Client, name: string) => {
  const found = (await films(client)).find((f) => f.name === name)
  assert.ok(found, `${name} among ${(await films(client)).map((f) => f.name).join(', ')}`)
  return found
}

test('a library is matched, enriched, reviewed, and keeps what a person chose', { skip }, async (t) => {
  await using tmdb = await startFakeTmdb(TITLES)
  tmdb.faults.push('busy', 'broken', 'half', 'silent')
  const { folder, add } = makeMedia(t)
  const env = tmdb.env
  const dataPath = join(folder, 'data')
  let choiceTitle = ''
  {
    await using app = await createTestApp({ env, folders: [join(folder, 'media')], dataPath })
    const owner = await app.owner()
    await eventually(
      () => films(owner),
      (all) =>
        ['Heat', 'Spirited Away', 'Quux'].every((n) => all.some((f) => f.name === n && f.poster !== null)),
    )
    const heat = await eventually(
      async () => titleOf(owner, (await named(owner, 'Heat')).id),
      (d) => d.people[0]?.portrait != null,
    )
    assert.deepEqual(
      [heat.match.state, heat.certification, heat.genres, heat.people[0]?.name, heat.collection?.name],
      ['matched', 'R', ['Drama'], 'Al Pacino', 'Heat Collection'],
    )
    assert.ok(heat.match.parts.some((p) => p.name === 'year' && p.points === 25))
    assert.equal((await named(owner, 'Home video of a goat')).year, null)

    const person = await owner.call(getPerson, { params: { id: heat.people[0]!.id } })
    assert.deepEqual(
      person.titles.map((e) => [e.title.id, e.character]),
      [[heat.id, 'Vincent']],
    )
    const [collection] = (await owner.call(listCollections, { query: {} })).items
    assert.equal(collection?.titleCount, 1)
    assert.equal((await owner.call(getCollection, { params: { id: collection!.id } })).items[0]?.id, heat.id)
    assert.equal((await owner.call(searchTitles, { query: { q: 'pacino' } })).items[0]?.id, heat.id)

    const [show] = (await owner.call(listShows, { query: {} })).items
    const season = await eventually(
      async () => titleOf(owner, (await titleOf(owner, show!.id)).children[0]!.id),
      (d) => d.children.map((e) => e.name).join() === 'The Dilemma,The Rooster',
    )
    assert.equal(season.children.length, 2)

    const review = await eventually(
      () => owner.call(listReview, { query: {} }),
      (r) => r.total === 1,
    )
    const [item] = review.items
    assert.deepEqual(item?.paths, ['Ben-Hur.mp4'])
    assert.ok((item?.durationSeconds ?? 0) > 0)
    assert.deepEqual(new Set(item?.candidates.map((c) => c.year)), new Set([1959, 2016]))
    // What they look like comes through this server, to those who may choose.
    const pictureOf = (path: string) => `/api/admin/review/picture?path=${encodeURIComponent(path)}`
    const picture = await owner.request(pictureOf(item!.candidates[0]!.posterPath!))
    assert.deepEqual([picture.status, picture.headers.get('content-type')], [200, 'image/webp'])
    assert.equal((await owner.request(pictureOf('/../3/movie/1'))).status, 404)
    assert.equal((await app.client().request(pictureOf('/poster1.jpg'))).status, 401)
    const choices = [{ titleId: item!.titleId, remoteId: 1 }]
    choiceTitle = item!.titleId
    const preview = await owner.call(previewChoices, { body: { choices } })
    assert.deepEqual([preview.items[0]?.before.year, preview.items[0]?.after.year], [null, 1959])
    assert.equal((await titleOf(owner, choiceTitle)).match.state, 'review')
    await owner.call(applyChoices, { body: { choices } })
    await eventually(
      () => titleOf(owner, choiceTitle),
      (d) => d.year === 1959 && d.match.state === 'pinned',
    )

    // A wrong choice: taken back, the title is what it was.
    const goat = await named(owner, 'Home video of a goat')
    const candidates = await owner.call(searchCandidates, { params: { id: goat.id }, query: { q: 'quux' } })
    assert.equal(candidates.items[0]?.remoteId, 9)
    const change = await owner.call(applyChoices, { body: { choices: [{ titleId: goat.id, remoteId: 9 }] } })
    await eventually(
      () => titleOf(owner, goat.id),
      (d) => d.name === 'Quux',
    )
    await owner.call(undoMatchChange, { params: { id: change.id } })
    await eventually(
      () => titleOf(owner, goat.id),
      (d) => d.name === 'Home video of a goat',
    )
    assert.match((await owner.refused(undoMatchChange, { params: { id: change.id } })).type, /conflict/)

    // The chosen file moves, another comes: one more search, and the choice stays.
    renameSync(join(folder, 'media/Ben-Hur.mp4'), join(folder, 'media/Something else (2003).mp4'))
    add('Ben-Hur copy/Nothing known.mp4')
    const { libraryId } = await owner.call(scanLibrary, { params: { id: await libraryOf(owner) }, body: {} })
    assert.ok(libraryId)
    await eventually(
      () => films(owner),
      (all) => all.some((f) => f.name === 'Nothing known'),
    )
    // Judged, so that nothing is left to ask after the restart.
    await eventually(
      async () => (await owner.call(listJobs, { query: {} })).items,
      (jobs) => !jobs.some((j) => j.kind === 'catalog.match' && /waiting|active/.test(j.state)),
    )
    // The new file's question is asked before the restart, however slow the machine.
    await eventually(
      async () => tmdb.asked,
      (all) => all.some((path) => path.includes('Nothing+known')),
    )
    const kept = await eventually(
      () => titleOf(owner, choiceTitle),
      (d) => d.files[0]?.fileName === 'Something else (2003).mp4',
    )
    assert.deepEqual([kept.name, kept.year, kept.match.state], ['Ben-Hur', 1959, 'pinned'])
  }
  const before = tmdb.asked.length
  assert.equal(new Set(tmdb.asked).size, before, 'nothing was asked twice')
  {
    await using app = await createTestApp({ env, folders: [join(folder, 'media')], dataPath })
    const owner = await app.owner()
    await owner.call(scanLibrary, { params: { id: await libraryOf(owner) }, body: {} })
    const still = await titleOf(owner, choiceTitle)
    assert.deepEqual([still.year, still.match.state], [1959, 'pinned'])
  }
  assert.deepEqual(tmdb.asked.slice(before), [], 'a restart asks nothing that is known')
})

const libraryOf = async (client: Client): Promise<string> => {
  const reply = await client.request('/api/libraries')
  return ((await reply.json()) as { items: { id: string }[] }).items[0]!.id
}

test('a restart in the middle loses no title and asks nothing twice', { skip }, async (t) => {
  await using tmdb = await startFakeTmdb(TITLES)
  const { folder } = makeMedia(t)
  const dataPath = join(folder, 'data')
  const start = () => createTestApp({ env: tmdb.env, folders: [join(folder, 'media')], dataPath })
  for (const enough of [2, 6]) {
    await using app = await start()
    await eventually(
      async () => [app.url, tmdb.asked.length] as const,
      ([, n]) => n >= enough,
    )
  }
  await using app = await start()
  const owner = await app.owner()
  await eventually(
    () => films(owner),
    (all) =>
      ['Heat', 'Spirited Away', 'Quux'].every((n) => all.some((f) => f.name === n && f.poster !== null)),
  )
  const answers = tmdb.asked.filter((path) => !path.startsWith('/images/'))
  // At most what was under way when it stopped.
  assert.ok(answers.length - new Set(answers).size <= 8, JSON.stringify(answers))
})

test('without a key nothing is asked and it says so; a refused key says so too', { skip }, async (t) => {
  await using tmdb = await startFakeTmdb(TITLES)
  const { folder } = makeMedia(t)
  const { MEDIASERVER_TMDB_KEY: goodKey, ...env } = tmdb.env
  await using app = await createTestApp({
    env,
    folders: [join(folder, 'media')],
    dataPath: join(folder, 'data'),
  })
  const owner = await app.owner()
  const setKey = (key: string) =>
    owner.call(changeSettings, { body: { changes: { MEDIASERVER_TMDB_KEY: key } } })
  await eventually(
    () => films(owner),
    (all) => all.length === 5,
  )
  assert.equal((await owner.call(getMetadataStatus, {})).state, 'off')
  assert.deepEqual(tmdb.asked, [])
  await setKey('x'.repeat(32))
  await eventually(
    () => owner.call(getMetadataStatus, {}),
    (s) => s.state === 'refused',
  )
  // The key is mended: what was put off for an hour runs now.
  await setKey(`${goodKey}`)
  await eventually(
    () => films(owner),
    (all) => all.some((f) => f.name === 'Heat' && f.poster !== null) && tmdb.asked.length > 0,
  )
})
