// Takes the pictures of docs/images from the real app: `node scripts/screenshots.ts <folder of films> …`
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { getHome, listMovies } from '#shared/api/catalog.ts'
import { createParty } from '#shared/api/party.ts'
import { OWNER, createTestApp } from '../tests/support/app.ts'
import { openChromium } from '../tests/support/chromium.ts'
import { untilScanned } from '../tests/support/scanned.ts'

const DESKTOP = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }
/** Pictures and seek-bar previews are made after the scan. */
const ARTWORK_TRIES = 60

const folders = process.argv.slice(2)
if (folders.length === 0) throw new Error('Say which folders to show: node scripts/screenshots.ts <folder> …')
const images = fileURLToPath(new URL('../docs/images/', import.meta.url))
await mkdir(images, { recursive: true })

/** Few colours are enough for a page, and keep the repository small. */
async function take(page: Page, name: string): Promise<void> {
  const picture = await page.screenshot()
  await sharp(picture)
    .png({ palette: true, quality: 80, compressionLevel: 9, effort: 10 })
    .toFile(`${images}${name}.png`)
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

await using server = await createTestApp({ folders })
const owner = await server.owner()
await untilScanned(owner)
for (let tries = 0; tries < ARTWORK_TRIES; tries++) {
  const { rows } = await owner.call(getHome, {})
  if (rows.every(({ items }) => items.every(({ poster }) => poster))) break
  await pause(1000)
}
const { items } = await owner.call(listMovies, { query: {} })
const film = items.find(({ name }) => name.startsWith('Harbour')) ?? items[0]
if (!film) throw new Error('There is no film in these folders.')

await using browser = await openChromium()

async function open(viewport: { width: number; height: number }, isOwner = true): Promise<Page> {
  const context = await browser.newContext({ viewport })
  if (isOwner) await context.request.post(`${server.url}/api/sign-in`, { data: OWNER })
  return context.newPage()
}

const page = await open(DESKTOP)
await page.goto(server.url)
await page.waitForLoadState('networkidle')
await take(page, 'home')
await page.goto(`${server.url}/title/${film.id}`)
await page.waitForLoadState('networkidle')
await take(page, 'title')

/** Asked again and again from here: the page's policy forbids what Playwright would run in it. */
async function untilPlaying(watching: Page): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await watching.evaluate('document.querySelector("video")?.currentTime > 90.5')) return
    await pause(200)
  }
  throw new Error('The film does not play.')
}

await page.goto(`${server.url}/watch/${film.id}?t=90`)
await untilPlaying(page)
await pause(1500)
await page.mouse.move(700, 500)
await page.mouse.move(720, 520)
await pause(500)
await take(page, 'player')

const phone = await open(PHONE)
await phone.goto(`${server.url}/title/${film.id}`)
await phone.waitForLoadState('networkidle')
await take(phone, 'phone')
await phone.context().close()

const { code } = await owner.call(createParty, { body: { titleId: film.id } })
await page.goto(`${server.url}/w/${code}`)
const guest = await open(DESKTOP, false)
await guest.goto(`${server.url}/w/${code}`)
await guest.getByLabel(/name/i).fill('Grace')
await guest.getByRole('button', { name: /join/i }).first().click()
for (const each of [page, guest])
  await each
    .getByRole('button', { name: /ready|join the film/i })
    .first()
    .click({ timeout: 10_000 })
    .catch(() => undefined)
await page.mouse.move(500, 400)
await pause(3000)
await page
  .getByRole('button', { name: 'Play', exact: true })
  .first()
  .click({ timeout: 5000 })
  .catch(() => undefined)
await pause(8000)
const said = [
  [guest, 'That harbour again!'],
  [page, 'Wait for the ferry'],
] as const
for (const [who, text] of said) {
  await who.getByLabel('Message').fill(text)
  await who.keyboard.press('Enter')
  await pause(500)
}
await page.mouse.move(520, 420)
await pause(500)
await take(page, 'party')
