// A converted film in real browsers: the frame on the screen is the one of the time that was asked for.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { getTitle } from '../../shared/api/catalog.ts'
import { type Client, createTestApp, OWNER } from '../support/app.ts'
import { NO_CHROMIUM, openChromium } from '../support/chromium.ts'
import { FRAMES_PER_SECOND, madeOnce, makeCountedFilm, SHOWN_FRAME } from '../support/demo-films.ts'
import { firstTitle } from '../support/party-pages.ts'

const SEEKS = 10

/** HEVC, which Chromium here does not play: the server has to convert it. */
const filmFolder = () =>
  madeOnce('watch-film-3', (folder) =>
    makeCountedFilm(join(folder, 'Counted (2020).mkv'), {
      title: 'COUNTED',
      width: 640,
      height: 360,
      seconds: 60,
      codec: 'libx265',
      languages: ['eng', 'deu'],
      subtitles: [
        { kind: 'srt', language: 'eng', cues: [{ startSeconds: 0, endSeconds: 60, text: 'Hello' }] },
      ],
    }),
  )

const seekTo = (seconds: number) => `new Promise((resolve, reject) => {
  const video = document.querySelector('video')
  video.pause()
  video.currentTime = ${seconds}
  const done = () => !video.seeking && video.readyState >= 2
  const look = () => done() ? requestAnimationFrame(() => requestAnimationFrame(resolve)) : setTimeout(look, 20)
  setTimeout(() => reject(new Error('The seek did not end.')), 20000)
  look()
})`

async function showsTheTime(page: Page, seconds: number): Promise<void> {
  await page.evaluate(seekTo(seconds))
  const frame = await page.evaluate<number>(SHOWN_FRAME)
  const wanted = seconds * FRAMES_PER_SECOND
  assert.ok(Math.abs(frame - wanted) <= 1.5, `${seconds} s is frame ${wanted}, the picture says ${frame}`)
}

const isPlaying = `(() => { const v = document.querySelector('video'); return v !== null && !v.paused && v.currentTime > 20.3 && v.readyState > 2 })()`

/** The page's own policy forbids the driver's way of waiting. */
async function untilTrue(page: Page, code: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await page.evaluate<boolean>(code)) return
    await page.waitForTimeout(100)
  }
  assert.fail(`Not within 30 s: ${code}\n${await page.locator('body').innerText()}`)
}

/** Pseudo-random, so that a failure can be had again. */
const placeOf = (n: number): number => 1 + ((n * 37.613 + 11.29) % 57)

test('a film that has to be converted', { skip: NO_CHROMIUM, timeout: 240_000 }, async (t) => {
  await using server = await createTestApp({ folders: [await filmFolder()] })
  const owner: Client = await server.owner()
  const titleId = await firstTitle(owner)
  await using browser = await openChromium()
  const context = await browser.newContext()
  await context.request.post(`${server.url}/api/sign-in`, { data: OWNER })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))

  await t.test('starts at the place that the address names', async () => {
    await page.goto(`${server.url}/watch/${titleId}?t=20`)
    await untilTrue(page, isPlaying)
    await page.keyboard.press('i')
    await page.getByText('Converted').waitFor()
    await page.keyboard.press('i')
  })
  await t.test('shows the frame of each time that is sought', async () => {
    for (let n = 0; n < SEEKS; n++) await showsTheTime(page, placeOf(n))
  })
  await t.test('another sound leaves the place as it is', async () => {
    await page.evaluate("document.querySelector('video').play()")
    await page.mouse.move(300, 200)
    await page.getByRole('button', { name: 'Audio and subtitles' }).click()
    await page.getByRole('button', { name: /German|Deutsch/ }).click()
    await showsTheTime(page, 33.25)
  })
  await t.test('subtitles are drawn', async () => {
    await page.getByRole('button', { name: 'English' }).last().click()
    await page.getByText('Hello', { exact: true }).waitFor()
    await page.keyboard.press('Escape')
  })
  await t.test('the place is kept for the next time', async () => {
    await page.evaluate("document.querySelector('video').play()")
    await page.waitForTimeout(300)
    await page.evaluate("document.querySelector('video').pause()")
    const at = await page.evaluate<number>("document.querySelector('video').currentTime")
    await page.goto(server.url)
    const title = await owner.call(getTitle, { params: { id: titleId } })
    assert.ok(Math.abs((title.state?.positionSeconds ?? 0) - at) < 2)
  })
  assert.deepEqual(errors, [])
})
