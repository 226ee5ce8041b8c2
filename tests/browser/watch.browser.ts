// A converted film in real browsers: the frame on the screen is the one of the time that was asked for.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { getTitle } from '../../shared/api/catalog.ts'
import type { DemoFilm } from '../../server/media/worker/demo-film.ts'
import { runScript } from '../../server/platform/process.ts'
import { type Client, createTestApp, OWNER } from '../support/app.ts'
import { NO_CHROMIUM, openChromium } from '../support/chromium.ts'
import { firstTitle } from '../support/party-pages.ts'

const FRAMES_PER_SECOND = 24
const SEEKS = 10

/** HEVC, which Chromium here does not play: the server has to convert it. Made once per machine. */
async function filmFolder(): Promise<string> {
  const folder = join(tmpdir(), 'mediaserver-watch-film-2', 'Films')
  const path = join(folder, 'Counted (2020).mkv')
  mkdirSync(folder, { recursive: true })
  const film: DemoFilm = {
    path,
    width: 640,
    height: 360,
    look: { title: 'COUNTED', scene: 'clock' },
    seconds: 60,
    counts: true,
    codec: 'libx265',
    languages: ['eng', 'deu'],
    subtitles: [{ kind: 'srt', language: 'eng', cues: [{ startSeconds: 0, endSeconds: 60, text: 'Hello' }] }],
  }
  const script = fileURLToPath(new URL('../../server/media/worker/demo-film.ts', import.meta.url))
  if (!existsSync(path))
    await runScript(script, [JSON.stringify(film)]).catch((error: unknown) => {
      if (!existsSync(path)) throw error
    })
  return folder
}

/** The frame number that the film shows as eighteen cells along its lower edge. */
const READ_FRAME = `(() => {
  const video = document.querySelector('video')
  const canvas = document.createElement('canvas')
  canvas.width = 400
  canvas.height = 225
  const context = canvas.getContext('2d')
  context.drawImage(video, 0, 0, 400, 225)
  let frame = 0
  for (let bit = 0; bit < 18; bit++) {
    const [light] = context.getImageData(20 * (bit + 1) + 10, 215, 1, 1).data
    frame = frame * 2 + (light > 128 ? 1 : 0)
  }
  return frame
})()`

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
  const frame = await page.evaluate<number>(READ_FRAME)
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
