// Two people in real browsers: invited by link, in step through play, pause and seek.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BrowserContext, type Page, chromium } from 'playwright-core'
import { createParty } from '../../shared/api/party.ts'
import { createTestApp } from '../support/app.ts'
import {
  CHROMIUM,
  CHROMIUM_ARGS,
  apartSeconds,
  clockOffsetMs,
  createFilmFolder,
  firstTitle,
  needsChromium,
  noteFrames,
  positionOf,
  takeFrames,
  until,
} from '../support/party-pages.ts'

/** The bar for this journey; the bench holds the finer one. */
const WITHIN_SECONDS = 1

test('two pages stay in step through play, pause and seek', { skip: needsChromium }, async () => {
  await using film = await createFilmFolder(120)
  await using server = await createTestApp({ folders: [film.folder] })
  const owner = await server.owner()
  const party = await owner.call(createParty, { body: { titleId: await firstTitle(owner) } })
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS })
  try {
    const open = async (context: BrowserContext): Promise<Page> => {
      await context.addInitScript(noteFrames)
      const page = await context.newPage()
      await page.goto(`${server.url}/w/${party.code}`)
      return page
    }
    const hosts = await browser.newContext()
    for (const [name, value] of owner.cookies)
      await hosts.addCookies([{ name, value: decodeURIComponent(value), url: server.url }])
    const host = await open(hosts)
    const guest = await open(await browser.newContext())

    await guest.getByRole('textbox').fill('Grace')
    await guest.keyboard.press('Enter')
    for (const page of [host, guest]) await page.getByRole('button', { name: /ready|join the film/i }).click()
    for (const page of [host, guest])
      await until(async () => (await page.locator('video').count()) === 1, 'the film is opened')
    await host.getByText('Grace').first().waitFor()

    const inStep = async (sentence: string, fromSeconds: number): Promise<void> => {
      const pages = [host, guest]
      // A start that is rehearsed moves the picture, too, but not so far.
      for (const page of pages)
        await until(async () => (await positionOf(page)) > fromSeconds + 1, 'the film moves on')
      const offsets = await Promise.all(pages.map((p) => clockOffsetMs(p)))
      const take = () => Promise.all(pages.map((p, i) => takeFrames(p, offsets[i] ?? 0)))
      await until(async () => {
        await take()
        await new Promise((resolve) => setTimeout(resolve, 700))
        const [a = [], b = []] = await take()
        return a.length > 3 && b.length > 3 && apartSeconds(a, b) < WITHIN_SECONDS
      }, sentence)
    }

    await host.keyboard.press('k')
    await inStep('both play together', 0)
    await host.keyboard.press('k')
    await until(
      async () => host.evaluate<boolean>("document.querySelector('video').paused"),
      'the host rests',
    )
    await until(
      async () => Math.abs((await positionOf(host)) - (await positionOf(guest))) < 0.05,
      'both rest on the same frame',
    )
    const restsAt = await positionOf(guest)
    assert.ok(restsAt > 0.5, `the film moved: ${restsAt}`)
    await host.keyboard.press('5')
    await until(async () => Math.abs((await positionOf(guest)) - 60) < WITHIN_SECONDS, 'the guest is moved')
    await host.keyboard.press('k')
    await inStep('both play together after a seek', 60)
    assert.ok((await positionOf(guest)) > 59)
  } finally {
    await browser.close()
  }
})
