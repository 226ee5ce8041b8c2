// Beside the film, in a real browser: all that a player has, from pictures over the seek bar to the next episode.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import sharp from 'sharp'
import { getPlaybackQuestions, startPlayback, stopPlayback } from '../../shared/api/playback.ts'
import { createTestApp, OWNER } from '../support/app.ts'
import { NO_CHROMIUM, openChromium } from '../support/chromium.ts'
import { NO_FFMPEG } from '../support/films.ts'
import { firstEpisode } from '../support/party-pages.ts'
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

const OPENING_TO = 8
const CHAPTERS = [
  [0, OPENING_TO, 'Opening'],
  [OPENING_TO, 50, 'Story'],
  [50, SECONDS, 'Credits'],
].reduce(
  (text, [from, to, title]) => `${text}[CHAPTER]\nTIMEBASE=1/1\nSTART=${from}\nEND=${to}\ntitle=${title}\n`,
  ';FFMETADATA1\n',
)

/** Runs in the page: keeps what media keys would call. */
function noteMediaKeys(): void {
  const mediaKeys: Record<string, MediaSessionActionHandler | null> = {}
  Object.assign(globalThis, { mediaKeys })
  const set = navigator.mediaSession.setActionHandler.bind(navigator.mediaSession)
  navigator.mediaSession.setActionHandler = (action, handler) => {
    mediaKeys[action] = handler
    set(action, handler)
  }
}

async function filmFolder(home: string): Promise<string> {
  const folder = join(home, 'Shows')
  const season = join(folder, 'Styled/Season 01')
  await mkdir(season, { recursive: true })
  writeFileSync(join(home, 'styled.ass'), SUBTITLES)
  writeFileSync(join(home, 'bar.sup'), barSubtitles(BAR_FROM, BAR_TO))
  writeFileSync(join(home, 'chapters.txt'), CHAPTERS)
  const path = join(season, 'Styled S01E01.mkv')
  const picture = `-f lavfi -i color=black:size=640x360:rate=24:duration=${SECONDS}`
  // FFmpeg makes no Blu-ray subtitles, but it makes a DVD's of them.
  const subtitles = `-i ${join(home, 'styled.ass')} -fix_sub_duration -i ${join(home, 'bar.sup')} -f ffmetadata -i ${join(home, 'chapters.txt')} -map 0 -map 1 -map 2 -map 2 -map_chapters 3`
  const coded = '-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 48 -c:s copy -c:s:2 dvdsub -attach'
  const args = `-v error ${picture} ${subtitles} ${coded} ${FONT} -metadata:s:t mimetype=font/ttf`
  const titles = ['Styled', 'Blu-ray', 'DVD'].flatMap((title, n) => [`-metadata:s:s:${n}`, `title=${title}`])
  execFileSync('ffmpeg', [...args.split(' '), ...titles, path])
  copyFileSync(path, join(season, 'Styled S01E02.mkv'))
  const sidecar = (text: string) => `1\r\n00:00:00,000 --> 00:00:40,000\r\n${text}\r\n`
  // As old programs wrote them: windows-1252 and UTF-16 with its mark.
  writeFileSync(
    join(season, 'Styled S01E01.fr.srt'),
    Buffer.from(sidecar('Où est le garçon d’été ?').replace('’', '\x92'), 'latin1'),
  )
  writeFileSync(
    join(season, 'Styled S01E01.ru.srt'),
    Buffer.from(`\uFEFF${sidecar('Где мальчик?')}`, 'utf16le'),
  )
  for (const name of readdirSync(season)) utimesSync(join(season, name), new Date(0), new Date(0))
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
    const titleId = await firstEpisode(owner)
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
    await context.addInitScript(noteMediaKeys)
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
    const prepared = new Set<unknown>()
    page.on('request', (request) => {
      if (request.url().endsWith('/api/playback/prepare'))
        prepared.add((request.postDataJSON() as { titleId: unknown }).titleId)
    })
    await page.goto(`${server.url}/watch/${titleId}`)
    await page.locator('video').waitFor()
    await page.mouse.move(300, 200)
    const video = <T>(what: string) => page.evaluate<T>(`document.querySelector('video')?.${what}`)
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
      const frame = await page.locator('video').boundingBox()
      assert.ok(frame)
      const scale = Math.min(frame.width / 640, frame.height / 360)
      const [left, top] = [(frame.width - 640 * scale) / 2, (frame.height - 360 * scale) / 2]
      const clip = {
        x: frame.x + left + part.x * scale,
        y: frame.y + top + part.y * scale,
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
    await t.test('what the page cannot draw is burned into the picture', async () => {
      const isPictures = /\/all\.sup$/
      await page.route(isPictures, (route) => route.abort())
      await choose(/Blu-ray/)
      await close()
      await until(async () => hasBurned, 'the server draws')
      await at(BAR_FROM + 2)
      await until(async () => (await white(inner)) > 0.9, 'the bar is seen')
      await page.unroute(isPictures)
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
      await close()
    })
    await t.test('chapters have their names over the bar; the opening is skipped by its name', async () => {
      await bar.hover({ position: { x: 20, y: 10 } })
      await page.getByText('· Opening').waitFor()
      await at(2)
      await page.getByRole('button', { name: 'Skip intro' }).click()
      await until(async () => (await video<number>('currentTime')) >= OPENING_TO, 'the story begins')
      await page.getByRole('button', { name: 'Skip intro' }).waitFor({ state: 'detached' })
    })
    await t.test('keys: speed, statistics, the list of keys, full screen, loudness kept', async () => {
      await page.keyboard.press('>')
      await until(async () => (await video<number>('playbackRate')) === 1.25, 'it is faster')
      await page.keyboard.press('<')
      await page.keyboard.press('i')
      await page.getByText('Frames dropped').waitFor()
      await page.keyboard.press('?')
      await page.getByText('Jump to 0 % … 90 %').waitFor()
      await page.keyboard.press('Escape')
      const isFull = () => page.evaluate<boolean>('document.fullscreenElement !== null')
      await page.keyboard.press('f')
      await until(isFull, 'it fills the screen')
      await page.keyboard.press('f')
      await until(async () => !(await isFull()), 'it leaves the full screen')
      for (let n = 0; n < 4; n++) await page.keyboard.press('ArrowDown')
      await until(async () => Math.abs((await video<number>('volume')) - 0.8) < 0.01, 'it is quieter')
      await page.mouse.move(300, 220)
      const offers = await page.getByRole('button', { name: 'Picture in picture' }).count()
      assert.equal(offers, await page.evaluate('Number(document.pictureInPictureEnabled)'))
    })
    await t.test('two taps on a side skip, and are no click', async () => {
      await at(20)
      const touch = await context.newCDPSession(page)
      const tap = async (x: number) => {
        await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y: 250 }] })
        await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
      }
      for (let n = 0; n < 2; n++) await tap(1200)
      await until(async () => Math.abs((await video<number>('currentTime')) - 30) < 0.1, 'ten seconds on')
      // Soon after the last ones, each of these may be a second one.
      for (let n = 0; n < 2; n++) await tap(80)
      await until(async () => (await video<number>('currentTime')) < 20.1, 'and back')
      assert.ok(await video<boolean>('paused'), 'it stands still as before')
    })
    await t.test(
      'media keys know the title, show its picture and move the film; the next episode begins by itself',
      async () => {
        assert.match(await page.evaluate<string>('navigator.mediaSession.metadata.title'), /Styled/)
        await page.evaluate("mediaKeys.seekto({ action: 'seekto', seekTime: 52 })")
        await until(async () => Math.abs((await video<number>('currentTime')) - 52) < 0.1, 'the key seeks')
        assert.equal(await page.evaluate('typeof mediaKeys.nexttrack'), 'function')
        await until(
          async () => (await page.evaluate<number>('navigator.mediaSession.metadata.artwork.length')) > 1,
          'its picture in several sizes',
        )
        const poster = await page.evaluate<string>('navigator.mediaSession.metadata.artwork[0].src')
        assert.equal((await context.request.get(poster)).headers()['content-type'], 'image/webp')
        await page.getByText('Next episode', { exact: true }).waitFor()
        await until(
          async () => prepared.size > 0 && !prepared.has(titleId),
          'its beginning is made meanwhile',
        )
        const toEnd = () =>
          page.evaluate(
            `void (document.querySelector('video').currentTime = ${SECONDS - 0.5}, document.querySelector('video').play())`,
          )
        // Too long for the test to see it end: it is cancelled.
        await page.evaluate("localStorage.setItem('player.nextAfterSeconds', '600')")
        await toEnd()
        await page.getByText(/^Next episode in \d+ s$/).waitFor()
        await shoot('next-counts')
        await page.getByRole('button', { name: 'Cancel' }).click()
        await page.getByText('Next episode', { exact: true }).waitFor()
        await page.reload()
        await page.evaluate("localStorage.setItem('player.nextAfterSeconds', '0.1')")
        await until(async () => (await video<number>('readyState')) > 2, 'it is there again')
        await toEnd()
        await until(async () => !page.url().includes(titleId), 'the next one is opened by itself')
        await until(async () => (await video<number>('readyState')) > 2, 'it plays')
        assert.ok(Math.abs((await video<number>('volume')) - 0.8) < 0.01, 'as loud as the last')
        await until(
          async () => (await page.evaluate('mediaKeys.nexttrack')) === null,
          'there is none after it',
        )
      },
    )
  },
)
