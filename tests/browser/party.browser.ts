// A party in real browsers, each its own way: one plays the file, one an encode at 480p, one is Firefox.
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { createParty, joinAsGuest } from '../../shared/api/party.ts'
import { createTestApp } from '../support/app.ts'
import { hasFirefox } from '../support/firefox.ts'
import { NO_CHROMIUM, openChromium } from '../support/chromium.ts'
import { madeOnce, makeFilm } from '../support/demo-films.ts'
import { openContext, openFirefox } from '../support/party-browsers.ts'
import {
  type EvaluatingPage,
  firstEpisode,
  inStep,
  positionOf,
  press,
  until,
} from '../support/party-pages.ts'

/** The bar for this journey on a machine that encodes and decodes for all; the bench holds the finer one. */
const WITHIN_SECONDS = 0.5
/** Long enough for a slow machine: at double speed a minute was over before all were seen to be in step. */
const FILM_SECONDS = 300

/** Two episodes and a film of the same pictures, with two languages and subtitles. */
async function filmFolders(): Promise<string[]> {
  const folder = await madeOnce('party-films-5', async (making) => {
    const season = join(making, 'Shows/Together/Season 01')
    const first = join(season, 'Together S01E01.mp4')
    await makeFilm(first, {
      title: 'TOGETHER',
      width: 854,
      height: 480,
      seconds: FILM_SECONDS,
      counts: false,
      codec: 'libx264',
      languages: ['eng', 'deu'],
      subtitles: [],
    })
    writeFileSync(
      join(season, 'Together S01E01.fr.srt'),
      '1\n00:00:00,000 --> 00:00:50,000\nHello together\n',
    )
    copyFileSync(first, join(season, 'Together S01E02.mp4'))
    mkdirSync(join(making, 'Films'))
    copyFileSync(first, join(making, 'Films/Alone (2020).mp4'))
  })
  return [join(folder, 'Shows'), join(folder, 'Films')]
}

/** Runs in the page: notes what a screen reader would say. */
function noteSayings(): void {
  const said: string[] = []
  Object.assign(globalThis, { said })
  const look = (): void => {
    for (const region of document.querySelectorAll('[aria-live]')) {
      const text = region.textContent
      if (text && said.at(-1) !== text) said.push(text)
    }
  }
  new MutationObserver(look).observe(document, { childList: true, characterData: true, subtree: true })
}

const video = (what: string): string => `document.querySelector('video')?.${what}`
const says = (page: EvaluatingPage, text: string): Promise<boolean> =>
  page.evaluate<boolean>(`document.body.innerText.includes(${JSON.stringify(text)})`)

test(
  'one plays the file, one an encode at 480p, one is Firefox: in step all the same',
  { skip: NO_CHROMIUM, timeout: 600_000 },
  async (t) => {
    await using server = await createTestApp({ folders: await filmFolders() })
    const owner = await server.owner()
    const party = await owner.call(createParty, { body: { titleId: await firstEpisode(owner) } })
    const url = `${server.url}/w/${party.code}`
    await using browser = await openChromium()
    await using stack = new AsyncDisposableStack()
    const open = async (cookies?: ReadonlyMap<string, string>): Promise<Page> => {
      const context = await openContext(browser, server.url, cookies)
      await context.addInitScript(noteSayings)
      const page = await context.newPage()
      await page.goto(url)
      return page
    }
    const host = await open(owner.cookies)
    const guest = await open()
    const pages: EvaluatingPage[] = [host, guest]
    if (hasFirefox) {
      const firefox = stack.use(await openFirefox())
      const client = server.client()
      await client.call(joinAsGuest, { params: { code: party.code }, body: { name: 'Fox' } })
      for (const [name, value] of client.cookies)
        await firefox.cookie(server.url, name, decodeURIComponent(value))
      await firefox.goto(url)
      pages.push(firefox)
    }

    const all = async (what: string, sentence: string): Promise<void> => {
      for (const page of pages) await until(async () => page.evaluate<boolean>(`Boolean(${what})`), sentence)
    }
    const together = (sentence: string, rate = 1) => inStep(pages, sentence, WITHIN_SECONDS, rate)
    const resting = (sentence: string) =>
      all(`${video('paused')} && !${video('seeking')} && ${video('readyState')} > 2`, sentence)

    await t.test('a link, a name, and everybody is in the room', async () => {
      await guest.getByRole('textbox').fill('Grace')
      await guest.keyboard.press('Enter')
      for (const page of pages) await until(() => says(page, 'I am ready'), 'the lobby is there')
      await host.getByRole('heading', { name: 'Together' }).waitFor()
      await host.getByRole('img', { name: 'The invite link as a QR code' }).waitFor()
      assert.ok(await says(host, 'not ready yet'))
      for (const page of pages) await page.evaluate(press('I am ready'))
      await all(video('readyState > 2'), 'the film is opened')
      await host.getByText('Grace').first().waitFor()
      await until(async () => !(await says(host, 'not ready yet')), 'all are seen to be ready')
    })

    await t.test('the file, an encode fixed at 480p, and Firefox are in step', async () => {
      await guest.evaluate(press('Quality and speed'))
      await guest.evaluate(press('480p'))
      await until(
        () =>
          guest.evaluate<boolean>(
            `${video('currentSrc')}.startsWith('blob:') && ${video('videoHeight')} === 480`,
          ),
        'the guest has an encode',
      )
      await guest.keyboard.press('Escape')
      assert.equal(await host.evaluate<boolean>(`${video('currentSrc')}.startsWith('blob:')`), false)
      await host.keyboard.press('k')
      await together('all play together')
    })

    await t.test('sound and subtitles are one’s own; the timeline is everybody’s', async () => {
      await guest.evaluate(press('Audio and subtitles'))
      await guest.evaluate(press('German'))
      await until(
        () =>
          guest.evaluate<boolean>(
            "performance.getEntriesByType('resource').some(({ name }) => /\\/a2-[^/]+\\/\\d+\\.m4s$/.test(name))",
          ),
        'the guest hears German',
      )
      await guest.keyboard.press('Escape')
      const last = pages.at(-1)!
      await last.evaluate(press('Audio and subtitles'))
      await last.evaluate(press('French'))
      await until(() => says(last, 'Hello together'), 'the subtitle is shown')
      assert.equal(await says(host, 'Hello together'), false)
      await together('with other sound and subtitles')
      await until(() => says(host, 'in step ·'), 'the list says how well each is in step')
      assert.ok((await host.getByTitle(/s loaded$/).count()) >= pages.length, 'and what each has loaded')
    })

    await t.test('[PT2] at double and at half speed', async () => {
      await host.getByText('Settings of the party').click()
      const speed = host.getByLabel('Speed', { exact: true })
      for (const rate of [2, 0.5]) {
        await speed.selectOption(String(rate))
        await all(`Math.abs(${video('playbackRate')} / ${rate} - 1) < 0.07`, `the speed is ${rate}`)
        await together(`at speed ${rate}`, rate)
      }
      await speed.selectOption('1')
    })

    await t.test('[PA3] a pause brings all to rest on one frame, a seek to one place', async () => {
      await host.locator('video').focus()
      await host.keyboard.press('k')
      await resting('all rest')
      const positions = await Promise.all(pages.map((page) => positionOf(page)))
      assert.ok(Math.max(...positions) - Math.min(...positions) < 0.05, `resting at ${positions.join(', ')}`)
      await guest.getByRole('textbox', { name: 'Message' }).fill('Look at that')
      await host.getByText('Grace is typing').waitFor()
      await guest.keyboard.press('Enter')
      await host.getByText('Look at that').waitFor()
      await guest.getByRole('button', { name: 'React 🎉' }).click()
      await host.locator('.party-reaction', { hasText: '🎉' }).waitFor()
      await host.keyboard.press('5')
      await all(
        `Math.abs(${video('currentTime')} - ${FILM_SECONDS / 2}) < 0.05`,
        'all are where the host went',
      )

      // A time in the chat takes everybody there, where the host presses it.
      await host.getByRole('button', { name: /^Go to \d/ }).click()
      await all(`Math.abs(${video('currentTime')} - ${positions[0]}) < 0.05`, 'all are where it was said')
      assert.equal(await guest.getByRole('button', { name: /^Go to \d/ }).count(), 0)
      await host.locator('video').focus()
      await host.keyboard.press('k')
      await together('after a seek')
    })

    const heard = (page: Page, sentence: RegExp) =>
      until(
        () => page.evaluate<boolean>(`said.some((text) => ${String(sentence)}.test(text))`),
        `a screen reader says ${String(sentence)}`,
      )

    await t.test('screen readers hear who comes and what the host does', async () => {
      await heard(host, /Grace is here/)
      for (const sentence of [
        /Ada paused/,
        /Ada went to 2:30/,
        /Ada started playback/,
        /Ada set the speed to 2×/,
      ])
        await heard(guest, sentence)
    })

    await t.test(
      'the panel lies beside or below the picture, and goes and comes by one key, in full screen, too',
      async () => {
        const panel = host.getByRole('complementary', { name: 'Party' })
        await host.evaluate("document.querySelector('[data-stage]').requestFullscreen()")
        await host.keyboard.press('h')
        await panel.waitFor({ state: 'hidden' })
        assert.ok(await host.evaluate<boolean>('document.fullscreenElement !== null'))
        await host.keyboard.press('h')
        await panel.waitFor()
        await host.evaluate('document.exitFullscreen()')
        const boxes = async () => {
          const [film, side] = await Promise.all([host.locator('video').boundingBox(), panel.boundingBox()])
          return { film: film!, side: side! }
        }
        const desktop = await boxes()
        assert.ok(
          desktop.side.x >= desktop.film.x + desktop.film.width - 1,
          'beside the picture on a desktop',
        )
        const size = host.viewportSize()!
        await host.setViewportSize({ width: 390, height: 844 })
        const phone = await boxes()
        assert.ok(phone.side.y >= phone.film.y + phone.film.height - 1, 'below it on a phone')
        await host.setViewportSize(size)
      },
    )

    await t.test('the next episode for all, then another title', async () => {
      await host.evaluate(press('Next episode for all'))
      await all(`${video('currentTime')} < 0.05 && ${video('readyState')} > 2`, 'the next episode is opened')
      await host.getByLabel('Watch something else').fill('Alone')
      await host.getByRole('button', { name: 'Alone' }).click()
      for (const page of pages) await until(() => says(page, 'Alone'), 'another title is opened')
      await resting('all are ready')
      await host.locator('video').focus()
      await host.keyboard.press('k')
      await together('the other title')
    })
  },
)
