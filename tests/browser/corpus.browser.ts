// Odd files in a real browser: each one plays, with a moving picture and sound where it has them, or the player says why not.
import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { listMediaFiles, type MediaFile } from '../../shared/api/library.ts'
import { createTestApp, OWNER } from '../support/app.ts'
import { NO_CHROMIUM, openChromium } from '../support/chromium.ts'
import { untilScanned } from '../support/scanned.ts'

const CORPUS = fileURLToPath(new URL('../../../shared/corpora/media/files/', import.meta.url))
const reasonToSkip = NO_CHROMIUM || (existsSync(CORPUS) ? false : 'the corpus is not here')
/** One of each kind; `CORPUS_ONLY=` takes all, `CORPUS_ONLY=avi` those with that in their names. */
const CHOSEN = /sample\.avi|sample\.flv|dts_audio|vp92-10bit|sample_dthd|_ac4|short-cenc|MOV00006|zero_empty/
const only = process.env['CORPUS_ONLY']
const WAIT_MS = 20_000

type Seen = {
  at: number
  ended: boolean
  frames: number
  width: number
  soundBytes: number
  kind: string
  alert: string
}

const LOOK = `(() => {
  const video = document.querySelector('video')
  return {
    at: video?.currentTime ?? 0,
    ended: video?.ended ?? false,
    frames: video?.getVideoPlaybackQuality().totalVideoFrames ?? 0,
    width: video?.videoWidth ?? 0,
    soundBytes: video?.webkitAudioDecodedByteCount ?? 0,
    kind: video?.currentSrc.startsWith('blob:') ? 'segments' : 'file itself',
    alert: document.querySelector('[role=alert]')?.innerText ?? '',
  }
})()`

/** What was seen in the end: it plays with all it has, a sentence, or neither for too long. */
async function watch(page: Page, { video, audio }: MediaFile): Promise<Seen> {
  const endMs = Date.now() + WAIT_MS
  for (;;) {
    const seen = await page.evaluate<Seen>(LOOK)
    const plays =
      (seen.at > 0.4 || seen.ended) &&
      (video.length === 0 || (seen.frames > 0 && seen.width > 0)) &&
      (audio.length === 0 || seen.soundBytes > 0)
    if (plays || seen.alert !== '' || Date.now() > endMs) return seen
    await page.waitForTimeout(50)
  }
}

/** A sentence: several words that begin like one and end like one. */
const SENTENCE = /^[\p{Lu}\d].{10,}[.!?]$/mu

test('odd files play in Chromium, or the player says why not', { skip: reasonToSkip }, async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'odd-files-'))
  t.after(() => rmSync(home, { recursive: true }))
  const names = readdirSync(CORPUS).filter(
    (name) => !name.endsWith('.srt') && (only === undefined ? CHOSEN.test(name) : name.includes(only)),
  )
  mkdirSync(join(home, 'Films'))
  const pathOf = (n: number) =>
    `Case ${String.fromCharCode(65 + n / 26, 97 + (n % 26))} (2001)${extname(names[n] ?? '')}`
  for (const [n, name] of names.entries()) {
    const path = join(home, 'Films', pathOf(n))
    cpSync(CORPUS + name, path)
    // A file of this very moment is taken for one that still grows.
    utimesSync(path, new Date(0), new Date(0))
  }
  await using server = await createTestApp({ folders: [join(home, 'Films')] })
  const owner = await server.owner()
  await untilScanned(owner)
  const files = new Map<string, MediaFile>()
  for (let tries = 0; tries < 100; tries++) {
    const { items } = await owner.call(listMediaFiles, { query: { limit: 100 } })
    for (const file of items) files.set(file.relativePath, file)
    if (items.every((file) => file.titleId !== null || file.state === 'broken')) break
    await new Promise((go) => setTimeout(go, 100))
  }

  await using browser = await openChromium()
  const context = await browser.newContext()
  await context.request.post(`${server.url}/api/sign-in`, { data: OWNER })
  const page = await context.newPage()
  for (const [n, name] of names.entries())
    await t.test(name, async (one) => {
      const file = files.get(pathOf(n))
      if (!file) return one.diagnostic('no film: not a file of this library')
      if (file.titleId === null) {
        assert.match(file.reason ?? '', SENTENCE)
        return one.diagnostic(`not in the library: ${file.reason}`)
      }
      const startedMs = Date.now()
      await page.goto(`${server.url}/watch/${file.titleId}?t=0`)
      const seen = await watch(page, file)
      const ms = Date.now() - startedMs
      one.diagnostic(
        seen.alert === ''
          ? `${ms} ms, ${seen.kind}: at ${seen.at.toFixed(2)} s${seen.ended ? ' (end)' : ''}, ${seen.frames} pictures, ${seen.soundBytes} bytes of sound`
          : `${ms} ms, says: ${seen.alert.replaceAll('\n', ' | ')}`,
      )
      if (seen.alert !== '') return assert.match(seen.alert, SENTENCE)
      assert.ok(seen.at > 0.4 || seen.ended, 'it moves')
      if (file.video.length > 0) assert.ok(seen.frames > 0, 'pictures are shown')
      if (file.audio.length > 0) assert.ok(seen.soundBytes > 0, 'sound is decoded')
    })
})
