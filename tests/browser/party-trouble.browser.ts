// Trouble in a party, in real browsers: one that wants a click before it plays, and a server killed in mid-film.
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Browser, chromium } from 'playwright-core'
import { createParty } from '../../shared/api/party.ts'
import { createClient, signIn } from '../support/app.ts'
import type { AppChildOptions } from '../support/app-child.ts'
import {
  CHROMIUM,
  CHROMIUM_ARGS,
  createFilmFolder,
  firstTitle,
  inStep,
  needsChromium,
  noteFrames,
  positionOf,
  until,
} from '../support/party-pages.ts'

const CHILD = new URL('../support/app-child.ts', import.meta.url)
const LOST = 'The connection is being made again'
const CLICK = 'Click to hear and see the film'

/**
 * Runs in the page: a browser that plays nothing with sound until the film itself was clicked. Chromium's own rule takes
 * any click of the last seconds for that one, the one on the lobby's button, too.
 */
function blockAutoplay(label: string): void {
  let isClicked = false
  addEventListener('click', ({ target }) => (isClicked ||= (target as Element).textContent === label), true)
  const { play } = HTMLMediaElement.prototype
  HTMLMediaElement.prototype.play = function blocked() {
    return isClicked ? play.call(this) : Promise.reject(new DOMException('blocked', 'NotAllowedError'))
  }
}
/** The bar for this journey; the bench holds the finer one. */
const WITHIN_SECONDS = 1

async function startServer(options: AppChildOptions) {
  const child: ChildProcess = fork(CHILD, [JSON.stringify(options)])
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  return { port, kill, [Symbol.asyncDispose]: kill }
}

async function openPage(browser: Browser, url: string, cookies: ReadonlyMap<string, string> = new Map()) {
  const context = await browser.newContext()
  await context.addInitScript(noteFrames)
  for (const [name, value] of cookies)
    await context.addCookies([{ name, value: decodeURIComponent(value), url: new URL(url).origin }])
  const page = await context.newPage()
  await page.goto(url)
  return page
}

test(
  'a click that a browser wants, and a killed server',
  { skip: needsChromium, timeout: 240_000 },
  async (t) => {
    await using film = await createFilmFolder(150)
    const dataPath = await mkdtemp(join(tmpdir(), 'party-trouble-'))
    t.after(() => rm(dataPath, { recursive: true, force: true }))
    const options = { dataPath, folders: [film.folder], port: 0 }
    await using first = await startServer(options)
    const origin = `http://127.0.0.1:${first.port}`
    const owner = await signIn(createClient(origin))
    const party = await owner.call(createParty, { body: { titleId: await firstTitle(owner) } })
    const url = `${origin}/w/${party.code}`
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS })
    try {
      const host = await openPage(browser, url, owner.cookies)
      const guest = await openPage(browser, url)
      await guest.addInitScript(blockAutoplay, CLICK)
      await guest.reload()
      const pages = [host, guest]
      await guest.getByRole('textbox').fill('Grace')
      await guest.keyboard.press('Enter')
      for (const page of pages) await page.getByRole('button', { name: /ready|join the film/i }).click()
      await host.getByText('Grace').first().waitFor()

      await t.test(
        '[PF4] the click is asked for before the film begins, and then the guest is in step',
        async () => {
          const click = guest.getByRole('button', { name: CLICK })
          await click.waitFor()
          await host.keyboard.press('k')
          await until(async () => (await positionOf(host)) > 1, 'the film moves on without the guest')
          assert.ok(await guest.evaluate<boolean>("document.querySelector('video').paused"))
          await click.click()
          await inStep(pages, 'the guest has come after', WITHIN_SECONDS)
          assert.equal(await click.count(), 0)
        },
      )

      await t.test(
        '[PS1] [PS2] after a kill all are in step by themselves, where time has brought them',
        async () => {
          const before = await positionOf(host)
          await first.kill()
          const lost = `document.body.innerText.includes(${JSON.stringify(LOST)})`
          for (const page of pages) await until(() => page.evaluate<boolean>(lost), 'the page says so')
          await using second = await startServer({ ...options, port: first.port })
          const again = `!${lost} && !document.querySelector('video').paused`
          for (const page of pages) await until(() => page.evaluate<boolean>(again), 'the film plays on')
          await inStep(pages, 'both are in step again', WITHIN_SECONDS)
          assert.ok((await positionOf(guest)) > before + 1)
          await host.keyboard.press('k')
          await until(
            async () => guest.evaluate<boolean>("document.querySelector('video').paused"),
            'the new server takes commands',
          )
          await second.kill()
        },
      )
    } finally {
      await browser.close()
    }
  },
)
