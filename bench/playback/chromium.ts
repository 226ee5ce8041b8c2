// What a person waits for, in Chromium: from the click to the first picture, from a seek to its picture.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { listMovies } from '../../shared/api/catalog.ts'
import { type Client, createTestApp, OWNER } from '../../tests/support/app.ts'
import { openChromium } from '../../tests/support/chromium.ts'
import { quantile } from '../figures.ts'

const SECONDS = 40
const STARTS = 8
const SEEKS = 20
/** The same film again and again, as long as an episode: what a pixel of the bar stands for is a matter of length. */
const LONG_COPIES = 68

/** 1080p HEVC, which Debian's Chromium does not play: the server has to encode it. */
function makeHevc(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const inputs = `-f lavfi -i testsrc2=size=1920x1080:rate=24:duration=${SECONDS} -f lavfi -i sine=frequency=440:sample_rate=48000:duration=${SECONDS}`
  const codecs =
    '-c:v libx265 -preset ultrafast -x265-params log-level=error:keyint=48 -pix_fmt yuv420p -c:a aac'
  const film = join(folder, 'Film (2020).mkv')
  ffmpeg(`${inputs} ${codecs}`, film)
  ffmpeg(`-stream_loop ${LONG_COPIES - 1} -i`, film, '-c copy', join(folder, 'Long (2021).mkv'))
}

/** Paths stand alone, other words may hold several arguments. */
function ffmpeg(...words: readonly string[]): void {
  const args = words.flatMap((word) => (word.startsWith('/') ? [word] : word.split(' ')))
  const made = spawnSync('ffmpeg', ['-v', 'error', '-y', ...args])
  if (made.status !== 0) throw new Error(`the film could not be made: ${made.stderr.toString()}`)
}

/** Milliseconds from the click to the first picture: the player comes with the next page. */
const UNTIL_FIRST_PICTURE = `new Promise((resolve, reject) => {
  const from = performance.now()
  setTimeout(() => reject(new Error('no picture within 20 s')), 20000)
  const look = () => {
    const video = document.querySelector('video')
    if (video) video.requestVideoFrameCallback(() => resolve(performance.now() - from))
    else setTimeout(look, 4)
  }
  document.querySelector('a[href*="/watch/"]').click()
  look()
})`

/** Milliseconds from a seek until its picture is there to be shown. */
const untilSought = (seconds: number) => `new Promise((resolve, reject) => {
  const from = performance.now()
  const video = document.querySelector('video')
  setTimeout(() => reject(new Error('the seek did not end within 20 s')), 20000)
  video.addEventListener('seeked', () => requestAnimationFrame(() => resolve(performance.now() - from)), { once: true })
  video.currentTime = ${seconds}
})`

const UNTIL_PLAYING = `new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error('nothing plays within 20 s')), 20000)
  const look = () =>
    document.querySelector('video')?.currentTime > 0.5 ? resolve() : setTimeout(look, 50)
  look()
})`

/** The same from the moment that a click on the bar ends. */
const AWAIT_CLICK = `void (window.sought = new Promise((resolve, reject) => {
  let from = 0
  setTimeout(() => reject(new Error('the seek did not end within 20 s')), 20000)
  window.addEventListener('pointerup', () => (from = performance.now()), { capture: true, once: true })
  document.querySelector('video').addEventListener('seeked', () => requestAnimationFrame(() => resolve(performance.now() - from)), { once: true })
}))`

async function seekByBar(page: Page, share: number): Promise<number> {
  await page.mouse.move(640, 300 + share * 10)
  const bar = await page.getByRole('slider').first().boundingBox()
  if (!bar) throw new Error('The player shows no bar')
  await page.evaluate(AWAIT_CLICK)
  await page.mouse.click(bar.x + bar.width * share, bar.y + bar.height / 2)
  return page.evaluate<number>('window.sought')
}

async function titleOf(owner: Client, name: string): Promise<string> {
  for (let tries = 0; tries < 150; tries++) {
    const { items } = await owner.call(listMovies, { query: {} })
    const found = items.find((item) => item.name === name)
    if (found) return found.id
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error(`The scan did not bring ${name}`)
}

const summary = (values: readonly number[]) => ({
  p50: Math.round(quantile(values, 0.5)),
  p95: Math.round(quantile(values, 0.95)),
})

export async function measureInChromium(home: string) {
  const folder = join(home, 'Films')
  makeHevc(folder)
  await using server = await createTestApp({ folders: [folder], isWarm: true })
  const owner = await server.owner()
  const titleId = await titleOf(owner, 'Film')
  const longId = await titleOf(owner, 'Long')
  await using browser = await openChromium()
  const starts: number[] = []
  const seeks: number[] = []
  const barSeeks: number[] = []
  for (let n = 0; n < STARTS; n++) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 } })
    await context.request.post(`${server.url}/api/sign-in`, { data: OWNER })
    const page = await context.newPage()
    await page.goto(`${server.url}/title/${titleId}`)
    const play = page.getByRole('link', { name: /play|resume/i }).first()
    await play.waitFor()
    // A person looks at the page before they click.
    await page.waitForTimeout(1500)
    starts.push(await page.evaluate<number>(UNTIL_FIRST_PICTURE))
    for (let s = 0; n === 0 && s < SEEKS; s++) {
      await page.waitForTimeout(500)
      const to = 2 + ((s * 37.613 + 11.29) % (SECONDS - 6))
      seeks.push(await page.evaluate<number>(untilSought(to)))
    }
    if (n === 0) {
      await page.goto(`${server.url}/watch/${longId}`)
      await page.evaluate(UNTIL_PLAYING)
      for (let s = 0; s < SEEKS; s++) {
        await page.waitForTimeout(500)
        barSeeks.push(await seekByBar(page, 0.02 + ((s * 0.37613 + 0.1129) % 0.95)))
      }
    }
    await context.close()
  }
  return {
    click_to_first_frame_ms: summary(starts),
    seek_to_frame_ms: summary(seeks),
    bar_seek_to_frame_ms: summary(barSeeks),
  }
}
