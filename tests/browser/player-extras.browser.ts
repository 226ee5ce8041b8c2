// Beside the film, in a real browser: pictures over the seek bar, styled subtitles in the film's own fonts, drawn ones.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import sharp from 'sharp'
import { getPlaybackQuestions, startPlayback, stopPlayback } from '../../shared/api/playback.ts'
import { createTestApp, OWNER } from '../support/app.ts'
import { NO_CHROMIUM, openChromium } from '../support/chromium.ts'
import { NO_FFMPEG } from '../support/films.ts'
import { firstTitle } from '../support/party-pages.ts'
import { BAR, barSubtitles } from '../support/picture-subtitles.ts'

const FONT = '/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf'
const reasonToSkip = NO_CHROMIUM || NO_FFMPEG || (existsSync(FONT) ? false : 'needs the DejaVu fonts')
const SECONDS = 60
const [BAR_FROM, BAR_TO] = [10, 20]
/** Where the styled line stands, above where the controls are. */
const LETTERS = { x: 100, y: 130, width: 440, height: 60 }
const SUBTITLES = `[Script Info]
ScriptType: v4.00+
PlayResX: 640
PlayResY: 360

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Alignment
Style: Default,DejaVu Serif,40,&H00FFFFFF,5

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.00,0:01:00.00,Default,Serifs everywhere
`

async function filmFolder(home: string): Promise<string> {
  const folder = join(home, 'Films')
  await mkdir(folder)
  writeFileSync(join(home, 'styled.ass'), SUBTITLES)
  writeFileSync(join(home, 'bar.sup'), barSubtitles(BAR_FROM, BAR_TO))
  const path = join(folder, 'Styled (2020).mkv')
  const picture = `-f lavfi -i color=black:size=640x360:rate=24:duration=${SECONDS}`
  // FFmpeg makes no Blu-ray subtitles, but it makes a DVD's of them.
  const subtitles = `-i ${join(home, 'styled.ass')} -fix_sub_duration -i ${join(home, 'bar.sup')} -map 0 -map 1 -map 2 -map 2`
  const coded = '-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 48 -c:s copy -c:s:2 dvdsub -attach'
  const args = `-v error ${picture} ${subtitles} ${coded} ${FONT} -metadata:s:t mimetype=font/ttf`
  const titles = ['Styled', 'Blu-ray', 'DVD'].flatMap((title, n) => [`-metadata:s:s:${n}`, `title=${title}`])
  execFileSync('ffmpeg', [...args.split(' '), ...titles, path])
  const sidecar = (text: string) => `1\r\n00:00:00,000 --> 00:00:40,000\r\n${text}\r\n`
  // As old programs wrote them: windows-1252 and UTF-16 with its mark.
  writeFileSync(
    join(folder, 'Styled (2020).fr.srt'),
    Buffer.from(sidecar('Où est le garçon d’été ?').replace('’', '\x92'), 'latin1'),
  )
  writeFileSync(
    join(folder, 'Styled (2020).ru.srt'),
    Buffer.from(`\uFEFF${sidecar('Где мальчик?')}`, 'utf16le'),
  )
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), new Date(0), new Date(0))
  return folder
}

test(
  'pictures over the seek bar and fonts of subtitles',
  { skip: reasonToSkip, timeout: 240_000 },
  async (t) => {
    const home = mkdtempSync(join(tmpdir(), 'extras-'))
    t.after(() => rmSync(home, { recursive: true }))
    await using server = await createTestApp({ folders: [await filmFolder(home)] })
    const owner = await server.owner()
    const titleId = await firstTitle(owner)
    const { direct } = await owner.call(getPlaybackQuestions, { params: { id: titleId } })
    const capabilities = { mse: [], direct, maxWidth: 1920, maxHeight: 1080 }
    let previewsUrl: string | null = null
    for (let tries = 0; tries < 100 && previewsUrl === null; tries++) {
      const playback = await owner.call(startPlayback, { body: { titleId, capabilities } })
      previewsUrl = playback.previewsUrl
      await owner.call(stopPlayback, { params: { id: playback.id } })
      await new Promise((go) => setTimeout(go, 200))
    }
    assert.ok(previewsUrl, 'the job has made the pictures')

    await using browser = await openChromium()
    const context = await browser.newContext()
    await context.request.post(`${server.url}/api/sign-in`, { data: OWNER })
    const page = await context.newPage()
    const seen = new Map<string, number>()
    page.on('response', (response) => {
      const [name] = /(previews\/\d+\.jpg|fonts\/\d+)$/.exec(response.url()) ?? []
      if (name) seen.set(name, response.status())
    })
    const untilSeen = async (name: RegExp) => {
      for (let tries = 0; tries < 200; tries++) {
        const found = [...seen].find(([one]) => name.test(one))
        if (found) return found[1]
        await page.waitForTimeout(100)
      }
      return assert.fail(`${name} was not fetched\n${await page.locator('body').innerText()}`)
    }
    let hasBurned = false
    page.on('request', (request) => (hasBurned ||= /\/v-[^/]+-b\d+\//.test(request.url())))
    await page.goto(`${server.url}/watch/${titleId}`)
    await page.locator('video').waitFor()
    await page.mouse.move(300, 200)
    const bar = page.getByRole('slider').and(page.locator('[aria-valuemax="60"]'))
    await bar.hover()
    assert.equal(await untilSeen(/^previews\/0\.jpg$/), 200)
    const picture = page.locator('[style*="previews/0.jpg"]')
    await picture.waitFor()
    const box = await picture.boundingBox()
    assert.ok(box && box.width > 200 && box.height > 100, 'as large as the bar wants it')

    const at = (seconds: number) =>
      page.evaluate(`new Promise((resolve) => {
        const video = document.querySelector('video')
        video.pause()
        video.addEventListener('seeked', resolve, { once: true })
        video.currentTime = ${seconds}
      })`)
    const choose = async (name: RegExp) => {
      await page.mouse.move(300, 200)
      await page.getByRole('button', { name: 'Audio and subtitles' }).click()
      await page.getByRole('button', { name }).click()
    }
    const close = async () => {
      await page.keyboard.press('Escape')
      await page.mouse.move(300, 210)
    }
    /** The share of white in a part of the film, whose own picture is black. */
    const white = async (part: { x: number; y: number; width: number; height: number }) => {
      const video = await page.locator('video').boundingBox()
      assert.ok(video)
      const scale = Math.min(video.width / 640, video.height / 360)
      const [left, top] = [(video.width - 640 * scale) / 2, (video.height - 360 * scale) / 2]
      const clip = {
        x: video.x + left + part.x * scale,
        y: video.y + top + part.y * scale,
        width: part.width * scale,
        height: part.height * scale,
      }
      const grey = await sharp(await page.screenshot({ clip }))
        .greyscale()
        .raw()
        .toBuffer()
      return grey.filter((light) => light > 110).length / grey.length
    }
    const until = async (what: () => Promise<boolean>, sentence: string) => {
      for (let tries = 0; tries < 100; tries++) {
        if (await what()) return
        await page.waitForTimeout(100)
      }
      await shoot('failed')
      assert.fail(sentence)
    }
    const shoot = async (name: string) => {
      const folder = process.env['SCREENSHOTS']
      if (folder) await page.screenshot({ path: join(folder, `${name}.png`) })
    }
    // Where nothing of the controls is.
    const inner = { x: BAR.x + 4, y: BAR.y + 4, width: BAR.width - 8, height: 12 }

    await t.test('styled subtitles come in the film’s own fonts', async () => {
      await at(5)
      await choose(/Styled/)
      assert.equal(await untilSeen(/^fonts\/\d+$/), 200)
      await close()
      await until(async () => (await white(LETTERS)) > 0.05, 'the letters are seen')
      await shoot('styled')
      await choose(/^Off$/)
      await close()
      await until(async () => (await white(LETTERS)) < 0.01, 'nothing is left of them')
    })
    await t.test('pictures of a Blu-ray are drawn where they belong', async () => {
      await choose(/Blu-ray/)
      await close()
      await at(BAR_FROM + 1)
      await until(async () => (await white(inner)) > 0.95, 'the bar is seen')
      await shoot('blu-ray')
    })
    await t.test('pictures of a DVD, too', async () => {
      await at(BAR_FROM - 2)
      await until(async () => (await white(inner)) < 0.01, 'nothing before its time')
      await choose(/DVD/)
      await at(BAR_FROM + 1)
      await until(async () => (await white(inner)) > 0.95, 'the bar is seen')
      await close()
      await shoot('dvd')
      assert.ok(!hasBurned, 'drawn by the page, not into the film')
    })
    await t.test('text beside the film in old encodings, with its look and time kept', async () => {
      await choose(/^French/)
      await page.getByText('Où est le garçon d’été ?').waitFor()
      await close()
      await choose(/^Russian/)
      await page.getByText('Где мальчик?').waitFor()
      const menu = page.getByRole('dialog', { name: 'Audio and subtitles' })
      for (const name of ['Huge', 'Yellow', 'Black']) await menu.getByRole('button', { name }).click()
      for (let n = 0; n < 3; n++) await menu.getByRole('button', { name: 'Later' }).click()
      await shoot('look-menu')
      await page.reload()
      const line = page.getByText('Где мальчик?')
      await line.waitFor()
      const look = await line.evaluate((p) => [
        getComputedStyle(p).backgroundColor,
        getComputedStyle(p.parentElement!).color,
      ])
      assert.deepEqual(look[0], 'rgb(0, 0, 0)')
      assert.notEqual(look[1], 'rgb(255, 255, 255)')
      await shoot('look')
      await choose(/^Russian/)
      await menu.getByText('+0.3 s').waitFor()
    })
  },
)
