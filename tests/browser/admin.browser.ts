// An administrator at work in the page: a setting is changed and taken back, the log is narrowed, a playback is stopped, room is made.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { getStatus } from '../../shared/api/admin.ts'
import { changeSettings, listSettings } from '../../shared/api/admin-settings.ts'
import { listMovies } from '../../shared/api/catalog.ts'
import { startPlayback } from '../../shared/api/playback.ts'
import { OWNER, createTestApp } from '../support/app.ts'
import { NO_CHROMIUM, openChromium } from '../support/chromium.ts'
import { NO_FFMPEG, makeFilms } from '../support/films.ts'
import { untilScanned } from '../support/scanned.ts'

/** Of one administrator in one browser. */
test('administration', { skip: NO_CHROMIUM || NO_FFMPEG }, async (t) => {
  using films = makeFilms()
  await using server = await createTestApp({
    folders: [films.films],
    env: { MEDIASERVER_LOG_LEVEL: 'warn' },
    onLog: () => {},
  })
  const owner = await server.owner()
  await untilScanned(owner)
  await using browser = await openChromium()
  const openPage = async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext(options)
    await context.request.post(`${server.url}/api/sign-in`, { data: OWNER })
    const page = await context.newPage()
    await page.goto(`${server.url}${path}`)
    return page
  }

  await t.test('a setting is changed in the page, refused when it is nonsense, and taken back', async () => {
    const page = await openPage('/admin/settings')
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
      const page = await openPage('/admin/logs', { viewport: { width: 390, height: 844 } })
      const lines = page.getByRole('list', { name: 'Logs' }).getByRole('listitem')
      await page.getByRole('button', { name: 'Only lines of asked-for-this' }).click()
      await page.waitForURL(/text=asked-for-this/)
      await lines.filter({ hasNotText: 'asked-for-this' }).first().waitFor({ state: 'detached' })
      assert.equal(await lines.count(), 1)
      await page.getByRole('button', { name: 'Pause' }).click()
      await owner.request('/api/session', { headers: { 'x-request-id': 'asked-for-this' } })
      await page.waitForTimeout(2500)
      assert.equal(await lines.count(), 1)
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
      const page = await openPage('/admin/status')
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
      await page.goto(`${server.url}/admin/people`)
      await page.getByRole('button', { name: 'Person hinzufügen' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Name').fill(OWNER.name)
      await dialog.getByLabel('Passwort').fill(OWNER.password)
      await dialog.getByRole('button', { name: 'Person hinzufügen' }).click()
      await page.getByText(`${OWNER.name} gibt es hier schon.`).waitFor()
      await page.evaluate(() => localStorage.setItem('language', 'en'))
      await page.goto(`${server.url}/admin/status`)
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
})
