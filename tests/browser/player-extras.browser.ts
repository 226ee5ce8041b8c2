// Beside the film, in a real browser: pictures over the seek bar, and styled subtitles in the film's own fonts.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { getPlaybackQuestions, startPlayback, stopPlayback } from '../../shared/api/playback.ts'
import { createTestApp, OWNER } from '../support/app.ts'
import { NO_CHROMIUM, openChromium } from '../support/chromium.ts'
import { NO_FFMPEG } from '../support/films.ts'
import { firstTitle } from '../support/party-pages.ts'

const FONT = '/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf'
const reasonToSkip = NO_CHROMIUM || NO_FFMPEG || (existsSync(FONT) ? false : 'needs the DejaVu fonts')
const SECONDS = 60
const SUBTITLES = `[Script Info]
ScriptType: v4.00+
PlayResX: 640
PlayResY: 360

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour
Style: Default,DejaVu Serif,40,&H00FFFFFF

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.00,0:01:00.00,Default,Serifs everywhere
`

async function filmFolder(home: string): Promise<string> {
  const folder = join(home, 'Films')
  await mkdir(folder)
  writeFileSync(join(home, 'styled.ass'), SUBTITLES)
  const path = join(folder, 'Styled (2020).mkv')
  const picture = `-f lavfi -i testsrc2=size=640x360:rate=24:duration=${SECONDS}`
  const coded = '-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 48 -c:s copy -attach'
  const args = `-v error ${picture} -i ${join(home, 'styled.ass')} ${coded} ${FONT} -metadata:s:t mimetype=font/ttf`
  execFileSync('ffmpeg', [...args.split(' '), path])
  // A file of this very moment is taken for one that still grows.
  utimesSync(path, new Date(0), new Date(0))
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

    await page.mouse.move(300, 200)
    await page.getByRole('button', { name: 'Audio and subtitles' }).click()
    await page
      .getByRole('button', { name: /Subtitle|Styled|ASS|Track/i })
      .last()
      .click()
    assert.equal(await untilSeen(/^fonts\/\d+$/), 200)
    const shot = process.env['SCREENSHOT']
    if (shot) {
      await page.keyboard.press('Escape')
      await bar.hover()
      await page.waitForTimeout(500)
      await page.screenshot({ path: shot })
    }
  },
)
