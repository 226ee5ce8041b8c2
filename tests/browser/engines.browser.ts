// One film in every engine: start, thirty random seeks, quality and sound changed while it plays.
import assert from 'node:assert/strict'
import { appendFileSync, copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { getStatus, stopPlayback } from '../../shared/api/admin.ts'
import { listMovies } from '../../shared/api/catalog.ts'
import { createTestApp, OWNER } from '../support/app.ts'
import { FRAMES_PER_SECOND, madeOnce, makeCountedFilm, SHOWN_FRAME } from '../support/demo-films.ts'
import { type EnginePage, ENGINES } from '../support/engines.ts'
import { press } from '../support/party-pages.ts'
import { untilScanned } from '../support/scanned.ts'

const SEEKS = 30
const SECONDS = 60

/** HEVC in Matroska, two rungs, two languages: a file for each engine, so that none finds what another had encoded. */
const filmFolder = () =>
  madeOnce('engines-film-2', async (folder) => {
    const [first, ...others] = ENGINES.map(({ name }) => join(folder, `${name} (2020).mkv`))
    await makeCountedFilm(first!, {
      title: 'COUNTED',
      width: 848,
      height: 480,
      seconds: SECONDS,
      codec: 'libx265',
      languages: ['eng', 'deu'],
      subtitles: [],
    })
    for (const [n, path] of others.entries()) {
      copyFileSync(first!, path)
      // An element of Matroska that holds nothing (Void) makes it a file of its own content.
      appendFileSync(path, Buffer.from([0xec, 0x81, n]))
    }
  })

async function until(page: EnginePage, code: string, seconds = 40): Promise<void> {
  const endMs = Date.now() + seconds * 1000
  while (!(await page.evaluate<boolean>(code))) {
    if (Date.now() > endMs)
      assert.fail(
        `Not within ${seconds} s: ${code}\n${await page.evaluate<string>(`document.body.innerText + ' ' + JSON.stringify((({ currentTime, paused, readyState, seeking, videoHeight, error }) => ({ currentTime, paused, readyState, seeking, videoHeight, error: error && error.message }))(document.querySelector('video')))`)}`,
      )
    await sleep(50)
  }
}

/** Seconds that are loaded from here on. */
const AHEAD = `(() => {
  const { buffered, currentTime } = document.querySelector('video')
  const here = [...Array(buffered.length).keys()].find((n) => buffered.start(n) <= currentTime && currentTime < buffered.end(n))
  return here === undefined ? 0 : buffered.end(here) - currentTime
})()`

/** Notes what a viewer would notice while it plays on: standing still, and jumps of the time. */
const WATCH = `(() => {
  const video = document.querySelector('video')
  const notes = { waits: 0, jumps: [] }
  window.watched = notes
  let last = video.currentTime
  let lastMs = performance.now()
  // A machine that is too slow to decode waits, too: only a wait for want of data is meant.
  video.addEventListener('waiting', () => { if (${AHEAD} < 0.3) notes.waits++ })
  setInterval(() => {
    // A page that got no turn for a while finds the film further on, and rightly so.
    const step = video.currentTime - last
    const passed = (performance.now() - lastMs) / 1000
    if (step < -0.05 || step > passed + 2) notes.jumps.push([last, video.currentTime])
    last = video.currentTime
    lastMs = performance.now()
  }, 50)
})()`

const playsOnFrom = async (page: EnginePage, seconds: number) => {
  const at = await page.evaluate<number>(`document.querySelector('video').currentTime`)
  await until(page, `document.querySelector('video').currentTime > ${at + seconds}`)
}

const video = `document.querySelector('video')`

const PLAYED = `(({ played }) => [...Array(played.length).keys()].map((n) => [played.start(n), played.end(n)]))(${video})`

/** Whether the place has been the same for a while. */
const RESTS = `(() => {
  const { currentTime } = ${video}
  const hasMoved = window.restsAt?.seconds !== currentTime
  if (hasMoved) window.restsAt = { seconds: currentTime, sinceMs: performance.now() }
  return !hasMoved && performance.now() - window.restsAt.sinceMs > 300
})()`

/** Pseudo-random, so that a failure can be had again. */
const placeOf = (n: number): number => 1 + ((n * 37.613 + 11.29) % (SECONDS - 3))

async function startAndSeek(page: EnginePage, url: string, titleId: string): Promise<void> {
  await page.goto(url)
  const body = JSON.stringify(OWNER)
  await page.evaluate(
    `fetch('/api/sign-in', { method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(body)} }).then((r) => r.status)`,
  )
  await page.goto(`${url}/watch/${titleId}?t=12`)
  await until(page, `${video} !== null && !${video}.paused && ${video}.currentTime > 12.2`)
  // Not by way of the beginning.
  const played = await page.evaluate<[number, number][]>(PLAYED)
  const playedSeconds = played.reduce((sum, [from, to]) => sum + to - from, 0)
  assert.ok(playedSeconds < 5, `played until 12.2 s: ${JSON.stringify(played)}`)

  // The file itself may play: this leads to the segments, at the same place.
  await page.evaluate(press('Quality and speed'))
  await page.evaluate(press('480p'))
  // Half of the film, asked for while the source is exchanged.
  await page.evaluate(
    `document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '5', bubbles: true }))`,
  )
  await until(page, `${video}.currentSrc.startsWith('blob:') && ${video}.readyState > 2`)
  const at = await page.evaluate<number>(`${video}.currentTime`)
  assert.ok(at > SECONDS / 2 - 0.1 && at < SECONDS / 2 + 10, `sought while loading, and shows ${at}`)
  await page.evaluate(`${video}.pause()`)
  // WebKitGTK's pipeline is a moment in coming to rest, and moves a place that is sought meanwhile.
  await until(page, RESTS)
  for (let n = 0; n < SEEKS; n++) {
    const seconds = placeOf(n)
    const wanted = seconds * FRAMES_PER_SECOND
    // People drag along the bar: what was begun a moment ago is left half-way.
    await page.evaluate(`void (${video}.currentTime = ${Math.max(0.5, seconds - 2)})`)
    await sleep(40 * (n % 5))
    await page.evaluate(`void (${video}.currentTime = ${seconds})`)
    await until(page, `Math.abs(${SHOWN_FRAME} - ${wanted}) <= 1.5`).catch(async (error: unknown) => {
      throw new Error(
        `seek ${n} to ${seconds}: shows ${await page.evaluate<number>(SHOWN_FRAME)}, not ${wanted}`,
        {
          cause: error,
        },
      )
    })
  }
}

async function changeTracks(page: EnginePage, isSeamless: boolean): Promise<void> {
  // Quality, to a rung that is encoded first and back to one that is there: nobody waits for the second.
  await page.evaluate(press('360p'))
  await page.evaluate(`void (${video}.currentTime = 20)`)
  await page.evaluate(`void ${video}.play()`)
  await until(page, `${video}.videoHeight === 360`)
  await page.evaluate(`${video}.pause()`)
  await page.evaluate(`void (${video}.currentTime = 20)`)
  await until(page, `!${video}.seeking && ${AHEAD} > 10`)
  await page.evaluate(`void ${video}.play()`)
  await playsOnFrom(page, 0.2)
  await page.evaluate(WATCH)
  await page.evaluate(press('480p'))
  await until(page, `${video}.videoHeight === 480`)
  await playsOnFrom(page, 1)
  const seen = await page.evaluate('window.watched')
  assert.deepEqual(seen, { waits: 0, jumps: [] }, 'seen while quality changed')

  // Sound: another language's segments are fetched, and the picture goes on.
  const fromSeconds = await page.evaluate<number>(`${video}.currentTime`)
  await page.evaluate(press('Audio and subtitles'))
  await page.evaluate(press('German'))
  await until(
    page,
    `performance.getEntriesByType('resource').some(({ name }) => /\\/a2-[^/]+\\/\\d+\\.m4s$/.test(name))`,
  )
  await until(page, `${video}.readyState > 2 && !${video}.seeking`)
  const seconds = (await page.evaluate<number>(`${video}.currentTime`)) - fromSeconds
  assert.ok(seconds > -0.5 && seconds < 10, `goes on where it was, not ${seconds} s from there`)
  await playsOnFrom(page, 1)
  if (isSeamless)
    assert.deepEqual(await page.evaluate('window.watched.jumps'), [], 'seen while the sound changed')
  assert.equal(await page.evaluate(`document.querySelector('[role=alert]')?.innerText ?? ''`), '')
}

test('a film in every engine', { timeout: 900_000 }, async (t) => {
  await using server = await createTestApp({ folders: [await filmFolder()] })
  const owner = await server.owner()
  await untilScanned(owner)
  const { items } = await owner.call(listMovies, { query: {} })
  for (const { name, reasonToSkip, changesSeamlessly, open } of ENGINES)
    await t.test(name, { skip: reasonToSkip, timeout: 480_000 }, async () => {
      await using page = await open()
      await startAndSeek(page, server.url, items.find((film) => film.name === name)!.id)
      await changeTracks(page, changesSeamlessly)
      // The next one finds a server that does nothing else.
      for (const { id } of (await owner.call(getStatus, {})).playbacks)
        await owner.call(stopPlayback, { params: { id }, body: {} })
    })
})
