// Parties in real browsers: a small film with a frame counter, the whole server, and pages whose frames are noted.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { getTitle, listMovies, listShows } from '../../shared/api/catalog.ts'
import type { Client } from './app.ts'
import { madeOnce, makeCountedFilm } from './demo-films.ts'

/** A folder with one small film that every browser plays directly. */
export const filmFolder = (seconds: number): Promise<string> =>
  madeOnce(`party-film-${seconds}-2`, (folder) =>
    makeCountedFilm(join(folder, 'Together (2020).mp4'), {
      title: 'TOGETHER',
      width: 320,
      height: 180,
      seconds,
      codec: 'libx264',
      languages: ['eng'],
      subtitles: [],
    }),
  )

/** The first title, once the scan has brought one that can be played. */
export async function firstTitle(client: Client): Promise<string> {
  for (let tries = 0; tries < 150; tries++) {
    const { items } = await client.call(listMovies, { query: {} })
    const [title] = items
    if (title) return title.id
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('The scan brought no title.')
}

/** The first of two episodes, once the scan has brought both. */
export async function firstEpisode(client: Client): Promise<string> {
  let found: string | null = null
  await until(async () => {
    const [show] = (await client.call(listShows, { query: {} })).items
    if (!show) return false
    const { nextUp } = await client.call(getTitle, { params: { id: show.id } })
    if (!nextUp) return false
    const episode = await client.call(getTitle, { params: { id: nextUp.id } })
    if (episode.nextId !== null) found = episode.id
    return found !== null
  }, 'two episodes are in the library')
  return found!
}

/** Runs in the page before anything else: notes when which frame is shown. */
export function noteFrames(): void {
  const notes: { mediaSeconds: number; atMs: number }[] = []
  Object.assign(globalThis, { frameNotes: notes })
  const known = new WeakSet<HTMLVideoElement>()
  const note = (video: HTMLVideoElement): void => {
    video.requestVideoFrameCallback((_, { mediaTime, expectedDisplayTime }) => {
      notes.push({ mediaSeconds: mediaTime, atMs: expectedDisplayTime })
      if (notes.length > 2000) notes.splice(0, 1000)
      note(video)
    })
  }
  setInterval(() => {
    const video = document.querySelector('video')
    if (!video || known.has(video)) return
    known.add(video)
    note(video)
  }, 50)
}

export type FrameNote = { mediaSeconds: number; atMs: number }
/** Any page that evaluates: Playwright's or Puppeteer's. */
export type EvaluatingPage = { evaluate: <T>(code: string) => Promise<T> }

/** This process's clock minus the page's, from the fastest of many exchanges: free of the app's own clock. */
export async function clockOffsetMs(page: EvaluatingPage, exchanges = 30): Promise<number> {
  let best = { roundTripMs: Infinity, offsetMs: 0 }
  for (let i = 0; i < exchanges; i++) {
    const sentMs = performance.now()
    const theirMs = await page.evaluate<number>('performance.now()')
    const backMs = performance.now()
    const roundTripMs = backMs - sentMs
    if (roundTripMs < best.roundTripMs) best = { roundTripMs, offsetMs: (sentMs + backMs) / 2 - theirMs }
  }
  return best.offsetMs
}

/** Takes the frames noted since the last time, on this process's clock. */
export async function takeFrames(page: EvaluatingPage, offsetMs: number): Promise<FrameNote[]> {
  const notes = await page.evaluate<FrameNote[]>('frameNotes.splice(0)')
  return notes.map((n) => ({ mediaSeconds: n.mediaSeconds, atMs: n.atMs + offsetMs }))
}

const meanOf = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length

/** How far apart two pages' pictures are: each frame is moved to the same instant. */
export function apartSeconds(a: readonly FrameNote[], b: readonly FrameNote[], rate = 1): number {
  const lead = (notes: readonly FrameNote[]) =>
    meanOf(notes.map((n) => n.mediaSeconds - (n.atMs / 1000) * rate))
  return Math.abs(lead(a) - lead(b))
}

/** All pages show moving frames, of the same moment within the bar. */
export async function inStep(
  pages: readonly EvaluatingPage[],
  sentence: string,
  withinSeconds: number,
  rate = 1,
): Promise<void> {
  // Few exchanges are enough: the bars of journeys are hundreds of milliseconds.
  const offsets = await Promise.all(pages.map((p) => clockOffsetMs(p, 8)))
  const take = () => Promise.all(pages.map((p, i) => takeFrames(p, offsets[i] ?? 0)))
  let seen = ''
  const together = async (): Promise<boolean> => {
    await take()
    await new Promise((resolve) => setTimeout(resolve, 700))
    const taken = await take()
    const apart = taken.map((notes) => apartSeconds(taken[0] ?? [], notes, rate))
    seen = taken.map((notes, i) => `${notes.length} frames ${apart[i]?.toFixed(3)} s apart`).join(', ')
    return taken.every((notes) => notes.length > 3) && apart.every((seconds) => seconds < withinSeconds)
  }
  await until(together, () => `${sentence}: ${seen}`)
}

/** A click on the button that is called so, in whatever engine. */
export const press = (name: string): string => `(() => {
  const buttons = [...document.querySelectorAll('button')]
  const button = buttons.find((one) => (one.ariaLabel ?? one.innerText).split('\\n')[0].trim() === ${JSON.stringify(name)})
  if (!button) throw new Error('no button ${name} among ' + buttons.map((one) => one.ariaLabel ?? one.innerText).join(', '))
  button.click()
})()`

export const positionOf = (page: EvaluatingPage): Promise<number> =>
  page.evaluate<number>("document.querySelector('video')?.currentTime ?? 0")

export async function until(what: () => Promise<boolean>, sentence: string | (() => string)): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    if (await what()) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.fail(`This did not come about: ${typeof sentence === 'string' ? sentence : sentence()}`)
}
