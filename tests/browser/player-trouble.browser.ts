// What goes wrong while a film plays: the network, the server, the permission and the file go away; it goes on, or says why not.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createTestApp, OWNER, type TestApp } from '../support/app.ts'
import { NO_CHROMIUM, openChromium } from '../support/chromium.ts'
import { longFilm, NO_FFMPEG } from '../support/films.ts'
import { firstTitle } from '../support/party-pages.ts'
import { freePort } from '../support/servers.ts'

test('trouble while a film plays', { skip: NO_CHROMIUM || NO_FFMPEG, timeout: 240_000 }, async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'trouble-'))
  const folder = join(home, 'Films')
  mkdirSync(folder)
  longFilm(folder)
  const options = {
    folders: [folder],
    dataPath: join(home, 'data'),
    env: { MEDIASERVER_PORT: `${await freePort()}` },
  }
  mkdirSync(options.dataPath)
  let server: TestApp = await createTestApp(options)
  t.after(async () => {
    await server[Symbol.asyncDispose]()
    rmSync(home, { recursive: true })
  })
  const titleId = await firstTitle(await server.owner())
  await using browser = await openChromium()
  const context = await browser.newContext()
  await context.request.post(`${server.url}/api/sign-in`, { data: OWNER })
  const page = await context.newPage()
  let playbackId = ''
  page.on('response', async (response) => {
    if (response.request().method() !== 'POST' || !response.url().endsWith('/api/playback')) return
    playbackId = ((await response.json().catch(() => ({}))) as { id?: string }).id ?? playbackId
  })

  const seek = (seconds: number) =>
    page.evaluate(`void (document.querySelector('video').currentTime = ${seconds})`)
  /** Shows new pictures from there on. */
  async function playsFrom(seconds: number): Promise<void> {
    for (let tries = 0; tries < 400; tries++) {
      const at = await page.evaluate<number>(
        `(() => { const v = document.querySelector('video'); return v && v.readyState > 2 ? v.currentTime : 0 })()`,
      )
      if (at > seconds + 0.3 && at < seconds + 60) return
      await page.waitForTimeout(50)
    }
    assert.fail(`It does not play from ${seconds} s:\n${await page.locator('body').innerText()}`)
  }
  const noAnswer = page.getByText('The server does not answer')

  await page.goto(`${server.url}/watch/${titleId}?t=0`)
  await playsFrom(0)
  await page.mouse.move(300, 200)
  await page.getByRole('button', { name: 'Quality and speed' }).click()
  await page.getByRole('button', { name: 'Original' }).click()
  await page.keyboard.press('Escape')
  await playsFrom(0.5)

  await t.test('the network is away and comes back', async () => {
    await context.setOffline(true)
    await seek(120)
    await noAnswer.waitFor()
    await context.setOffline(false)
    await playsFrom(120)
    assert.equal(await noAnswer.count(), 0)
  })
  await t.test('the server is started anew', async () => {
    await server[Symbol.asyncDispose]()
    await seek(240)
    await noAnswer.waitFor()
    server = await createTestApp(options)
    await playsFrom(240)
  })
  await t.test('the permission has run out, as after a night asleep', async () => {
    // Twice within a moment: what was opened anew is not broken because it is refused, too.
    for (const seconds of [360, 420]) {
      const known = playbackId
      await context.request.delete(`${server.url}/api/playback/${known}`, { headers: { origin: server.url } })
      await seek(seconds)
      await playsFrom(seconds)
    }
  })
  await t.test('the film’s file goes away and comes back', async () => {
    renameSync(folder, join(home, 'Elsewhere'))
    await seek(480)
    const alert = page.getByRole('alert')
    await alert.waitFor()
    // What fails first decides the words: a segment, or what is asked for before it.
    assert.match(await alert.innerText(), /^\p{Lu}.{10,}[.!?]$/mu)
    if (process.env['SCREENSHOTS'])
      await page.screenshot({ path: join(process.env['SCREENSHOTS'], 'file-away.png') })
    renameSync(join(home, 'Elsewhere'), folder)
    await page.getByRole('button', { name: 'Try again' }).click()
    await playsFrom(480)
  })
})
