// An administrator at work in the page: settings, logs, who watches, room, libraries and their scans, what titles are.
import assert from 'node:assert/strict'
import { basename } from 'node:path'
import { test } from 'node:test'
import { getStatus } from '../../shared/api/admin.ts'
import { changeSettings, listSettings } from '../../shared/api/admin-settings.ts'
import { getTitle, listMovies } from '../../shared/api/catalog.ts'
import { type Library, type ScanProgress, listLibraries } from '../../shared/api/library.ts'
import { startPlayback } from '../../shared/api/playback.ts'
import { listReview } from '../../shared/api/review.ts'
import { OWNER, createTestApp } from '../support/app.ts'
import { NO_CHROMIUM, openChromium } from '../support/chromium.ts'
import { startFakeTmdb } from '../support/fake-tmdb.ts'
import { NO_FFMPEG, makeFilms } from '../support/films.ts'
import { untilScanned } from '../support/scanned.ts'

/** The first two are one name: only a person can say which it is. */
const KNOWN = [
  { id: 1, kind: 'movie' as const, title: 'Towers of Salt', date: '1959-11-18' },
  { id: 2, kind: 'movie' as const, title: 'Towers of Salt', date: '2016-08-17' },
  { id: 3, kind: 'movie' as const, title: 'The Lighthouse Letters', date: '2016-03-04' },
]

/** Of one administrator in one browser. */
test('administration', { skip: NO_CHROMIUM || NO_FFMPEG }, async (t) => {
  using films = makeFilms()
  films.add('Towers of Salt.mp4')
  await using tmdb = await startFakeTmdb(KNOWN)
  await using server = await createTestApp({
    folders: [films.films],
    env: { ...tmdb.env, MEDIASERVER_LOG_LEVEL: 'warn', MEDIASERVER_BROWSE_ROOTS: films.path },
    onLog: () => {},
  })
  const owner = await server.owner()
  await untilScanned(owner)
  await using browser = await openChromium()
  const page = await browser.newPage()
  await page.context().request.post(`${server.url}/api/sign-in`, { data: OWNER })
  // Runs like the real one, and can be put forward instead of waited for.
  await page.clock.install()
  const open = (path: string) => page.goto(`${server.url}${path}`)

  await t.test('a setting is changed in the page, refused when it is nonsense, and taken back', async () => {
    await open('/admin/settings')
    const field = page.getByLabel(/Most bytes that encoded segments take/)
    assert.equal(await field.inputValue(), '20 GB')
    await field.fill('a lot')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Write a size').waitFor()
    await field.fill('1,5')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    const budget = async () =>
      (await owner.call(listSettings, {})).items.find(({ name }) => name === 'MEDIASERVER_CACHE_BYTES')?.value
    assert.equal(await budget(), '1500000000')
    await page.getByText(/· changed here/).waitFor()

    const encodes = page.getByLabel(/Encodes that run at the same time/)
    await encodes.fill('9999')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText(/whole number from 1 to 256/).waitFor()

    await page.getByRole('button', { name: 'Undo change' }).click()
    await page.getByText(/· changed here/).waitFor({ state: 'detached' })
    assert.equal(await budget(), '20000000000')
  })

  await t.test(
    'the log is narrowed by level and by request, and stands still when it is told to',
    async () => {
      // A change of the level counts where the app's own settings say it: up to `debug`.
      await owner.call(changeSettings, { body: { changes: { MEDIASERVER_LOG_LEVEL: 'debug' } } })
      await owner.request('/api/session', { headers: { 'x-request-id': 'asked-for-this' } })
      await page.setViewportSize({ width: 390, height: 844 })
      await open('/admin/logs')
      const lines = page.getByRole('list', { name: 'Logs' }).getByRole('listitem')
      await page.getByRole('button', { name: 'Only lines of asked-for-this' }).click()
      await page.waitForURL(/text=asked-for-this/)
      await lines.filter({ hasNotText: 'asked-for-this' }).first().waitFor({ state: 'detached' })
      assert.equal(await lines.count(), 1)
      await page.getByRole('button', { name: 'Pause' }).click()
      await owner.request('/api/session', { headers: { 'x-request-id': 'asked-for-this' } })
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      await page.clock.runFor(10_000)
      assert.deepEqual(
        asked.filter((url) => url.includes('/logs')),
        [],
      )
      assert.equal(await lines.count(), 1)
      page.removeAllListeners('request')
      await page.getByRole('button', { name: 'Pause' }).click()
      await lines.nth(1).waitFor()
      await page.getByLabel('At least').selectOption('fatal')
      await page.getByText('No lines').waitFor()
    },
  )

  await t.test(
    'who watches is seen with the reasons, and stopped; what was made for it is given up',
    async () => {
      const [film] = (await owner.call(listMovies, { query: {} })).items
      const capabilities = { mse: [], direct: [], maxWidth: 1920, maxHeight: 1080 }
      await owner.call(startPlayback, { body: { titleId: film!.id, capabilities } })
      await open('/admin/status')
      await page
        .getByText(/This browser does not play/)
        .first()
        .waitFor()
      await page.evaluate(() => localStorage.setItem('language', 'de'))
      await page.reload()
      await page
        .getByText(/Dieser Browser spielt/)
        .first()
        .waitFor()
      // What the server refuses is said in the reader's language, too.
      await open('/admin/people')
      await page.getByRole('button', { name: 'Person hinzufügen' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Name').fill(OWNER.name)
      await dialog.getByLabel('Passwort').fill(OWNER.password)
      await dialog.getByRole('button', { name: 'Person hinzufügen' }).click()
      await page.getByText(`${OWNER.name} gibt es hier schon.`).waitFor()
      await page.evaluate(() => localStorage.setItem('language', 'en'))
      await open('/admin/status')
      await page.getByRole('button', { name: `Stop ${film!.name} for Ada` }).click()
      await page.getByText('Nobody is watching.').waitFor()
      assert.deepEqual((await owner.call(getStatus, {})).playbacks, [])

      // What was made for it fills the storage, until it is given up.
      while (!/_cache_bytes\{where="store"\} [1-9]/.test(await (await owner.request('/metrics')).text()))
        await page.waitForTimeout(100)
      await page.getByRole('link', { name: 'Storage' }).click()
      const give = page.getByRole('button', { name: `Remove the segments of ${film!.name}` })
      await give.click()
      await page.getByText(/freed; what is being watched/).waitFor()
      await give.waitFor({ state: 'detached' })
    },
  )

  await t.test('a folder is chosen among those allowed, and its scan is seen as it runs', async () => {
    await open('/admin/libraries')
    await page.getByRole('button', { name: 'Add a library' }).click()
    const dialog = page.getByRole('dialog')
    const folders = dialog.getByRole('list', { name: /^Folders in/ }).getByRole('button')
    await folders.getByText(basename(films.path), { exact: true }).click()
    await folders.getByText('Series', { exact: true }).waitFor()
    // Nothing lies above the root that is allowed.
    assert.deepEqual(await folders.allInnerTexts(), ['Films', 'Series'])
    await folders.getByText('Series', { exact: true }).click()
    await folders.getByText('Up one folder').click()
    await folders.getByText('Series', { exact: true }).click()
    await dialog.getByLabel('What is in it').selectOption('series')

    // Real scans of so little are over before they are seen: the page is told of slower ones.
    const shown: Partial<ScanProgress>[] = [
      { phase: 'walk', filesSeen: 1200, filesPerSecond: 400 },
      { phase: 'probe', filesSeen: 3000, probesDone: 1000, probesTotal: 3000, filesPerSecond: 100 },
    ]
    let asked = 0
    await page.route('**/api/libraries', async (route) => {
      if (route.request().method() !== 'GET') return route.continue()
      const response = await route.fetch()
      const { items } = (await response.json()) as { items: Library[] }
      const series = items.find(({ name }) => name === 'Series')
      const now = shown[asked]
      if (series && now) series.scan = { ...series.scan!, ...now, finishedAtMs: null }
      await route.fulfill({ response, json: { items } })
    })
    await dialog.getByRole('button', { name: 'Add' }).click()
    const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Series' }) })
    await card.getByText('Looking through folders').waitFor()
    const bar = card.getByRole('progressbar', { name: 'Scan of Series' })
    assert.match(await card.innerText(), /400 files\/s[^]*1,?200 seen/)
    assert.equal(await bar.getAttribute('value'), null, 'how much there is, is not known yet')
    assert.ok(await card.getByRole('button', { name: 'Scan now' }).isDisabled())
    asked = 1
    await page.clock.runFor(1000)
    await card.getByText('Reading files').waitFor()
    assert.match(await card.innerText(), /1000 \/ 3000 · 100 files\/s · 20 s left/)
    assert.equal(Number(await bar.getAttribute('value')).toFixed(2), '0.33')
    asked = 2
    await untilScanned(owner)
    await page.clock.runFor(1000)
    await card.getByText('Up to date').waitFor()
    await card.getByText('2 files', { exact: false }).first().waitFor()
    await bar.waitFor({ state: 'detached' })
    await page.unrouteAll()
    const { items } = await owner.call(listLibraries, {})
    assert.deepEqual(
      items.find(({ name }) => name === 'Series')?.folders.map(({ path }) => path),
      [films.series],
    )
  })

  await t.test('what is uncertain is chosen, looked at, applied and taken back', async () => {
    while ((await owner.call(listReview, { query: {} })).total === 0)
      await new Promise((go) => setTimeout(go, 50))
    await open('/admin/review')
    const heading = page.getByRole('heading', { name: 'Towers of Salt' })
    const candidate = page.getByRole('listitem').filter({ hasText: '(1959)' }).last()
    await candidate.getByText('Why').click()
    await candidate.getByRole('button', { name: 'Choose' }).click()
    await page.getByRole('button', { name: 'Look at 1 change' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Towers of Salt (1959)').waitFor()
    const uncertain = async () => (await owner.call(listReview, { query: {} })).total
    assert.equal(await uncertain(), 1, 'looking changes nothing')
    await dialog.getByRole('button', { name: 'Apply' }).click()
    await page.getByText('Nothing to review').waitFor()
    assert.equal(await uncertain(), 0)
    await page.getByRole('button', { name: 'Undo' }).click()
    await heading.waitFor()
    assert.equal(await uncertain(), 1)
  })

  await t.test('a wrong title is put right from its own page', async () => {
    const movies = (await owner.call(listMovies, { query: {} })).items
    const { id } = movies.find(({ name }) => name === 'Paper Comets')!
    await open(`/title/${id}`)
    await page.getByRole('button', { name: 'Fix match' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Nothing goes by that name.').waitFor()
    await dialog.getByLabel('Title or number').fill('lighthouse')
    await dialog.getByRole('button', { name: 'Search' }).click()
    await dialog.getByRole('button', { name: 'Choose' }).click()
    await dialog.waitFor({ state: 'detached' })
    // Shown without a reload, as soon as the details have come.
    await page.getByRole('heading', { name: 'The Lighthouse Letters' }).waitFor()
    assert.equal((await owner.call(getTitle, { params: { id } })).match.state, 'pinned')
  })
})
