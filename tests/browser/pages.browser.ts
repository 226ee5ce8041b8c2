// Every page as people see it: on a desktop and a phone, without errors, without sideways scrolling, judged by axe.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { listMovies, listShows } from '../../shared/api/catalog.ts'
import { OWNER, createTestApp } from '../support/app.ts'
import { NO_CHROMIUM, openChromium } from '../support/chromium.ts'
import { NO_FFMPEG, makeFilms } from '../support/films.ts'
import { untilScanned } from '../support/scanned.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } }
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

type Violation = { id: string; help: string; nodes: { html: string }[] }

/** What axe finds, a line each. */
async function violationsOf(page: Page): Promise<string[]> {
  // The page's own policy forbids scripts from elsewhere; evaluation by the browser's driver is not the page.
  if (!(await page.evaluate('Boolean(globalThis.axe)'))) await page.evaluate(AXE)
  const found = (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] }).then((r) => r.violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html }) => ({ html })) })))`,
  )) as Violation[]
  return found.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`)
}

test('all pages, desktop and phone', { skip: NO_CHROMIUM || NO_FFMPEG }, async () => {
  using films = makeFilms()
  await using server = await createTestApp({ folders: [films.films, films.series] })
  const owner = await server.owner()
  await untilScanned(owner)
  const [film] = (await owner.call(listMovies, { query: {} })).items
  const [show] = (await owner.call(listShows, { query: {} })).items
  const pages = [
    '/',
    '/films',
    '/films?sort=added&order=desc',
    '/series',
    '/search?q=glass',
    `/title/${film!.id}`,
    `/title/${show!.id}`,
    '/profile',
    '/admin/libraries',
    '/admin/people',
    '/admin/status',
    '/admin/jobs',
    '/admin/settings',
    '/admin/logs',
    '/admin/audit',
    '/admin/review',
    '/collections',
    '/films?year=2021&resolution=sd&hdr=false&videoCodec=h264&audioLanguage=eng&watched=false',
    '/no-such-page',
  ]
  await using browser = await openChromium()
  const faults: string[] = []
  const context = await browser.newContext({ reducedMotion: 'reduce' })
  await context.request.post(`${server.url}/api/sign-in`, { data: OWNER })
  const paths = pages.values()
  const look = async (): Promise<void> => {
    const page = await context.newPage()
    page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`))
    page.on('console', (line) => line.type() === 'error' && faults.push(`${page.url()}: ${line.text()}`))
    for (const path of paths) {
      await page.setViewportSize(SIZES.desktop)
      await page.goto(`${server.url}${path}`)
      await page
        .getByRole('main')
        .waitFor({ timeout: 10_000 })
        .catch(() => faults.push(`${path}: no main part`))
      await page.waitForLoadState('networkidle')
      for (const [size, viewport] of Object.entries(SIZES)) {
        await page.setViewportSize(viewport)
        const overflows = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
        if (overflows) faults.push(`${path} ${size}: scrolls sideways`)
        faults.push(...(await violationsOf(page)).map((v) => `${path} ${size}: ${v}`))
      }
    }
  }
  // One page is judged while the other comes to rest.
  await Promise.all([look(), look()])
  assert.deepEqual(faults, [])
})

test('the first owner is made in the page and signs in again', { skip: NO_CHROMIUM }, async () => {
  await using server = await createTestApp({
    env: { MEDIASERVER_OWNER_NAME: '', MEDIASERVER_OWNER_PASSWORD: '' },
  })
  await using browser = await openChromium()
  const page = await browser.newPage({ viewport: SIZES.phone })
  await page.goto(server.url)
  await page.getByLabel(/name/i).fill('Ada')
  assert.deepEqual(await violationsOf(page), [])
  await page.getByLabel(/password/i).fill('correct horse')
  await page.getByRole('button', { name: /owner/i }).click()
  await page.getByRole('button', { name: /add a folder|add folder/i }).waitFor()
  const again = await browser.newContext({ viewport: SIZES.phone })
  const other = await again.newPage()
  await other.goto(server.url)
  await other.getByLabel(/name/i).fill('Ada')
  await other.getByLabel(/password/i).fill('wrong horse')
  await other.getByRole('button', { name: /sign in/i }).click()
  await other.getByText(/wrong/i).waitFor()
  assert.deepEqual(await violationsOf(other), [])
  await other.getByLabel(/password/i).fill('correct horse')
  await other.getByRole('button', { name: /sign in/i }).click()
  await other.getByRole('link', { name: /films/i }).first().waitFor()
})
