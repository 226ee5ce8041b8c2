// Demo films for tests, made once per machine: each of their pictures says its number, which is read off a page again.
import { mkdirSync, mkdtempSync, readdirSync, existsSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DemoFilm } from '../../server/media/worker/demo-film.ts'
import { runScript } from '../../server/platform/process.ts'

const SCRIPT = fileURLToPath(new URL('../../server/media/worker/demo-film.ts', import.meta.url))
const YESTERDAY = new Date(Date.now() - 86_400_000)
export const FRAMES_PER_SECOND = 24

type TestFilm = Omit<DemoFilm, 'path' | 'look'> & { title: string }
export type CountedFilm = Omit<TestFilm, 'counts'>

/** A film of a clock's look; one that does not count repeats the same seconds and is made in no time. */
export async function makeFilm(path: string, { title, ...film }: TestFilm): Promise<void> {
  mkdirSync(dirname(path), { recursive: true })
  const whole: DemoFilm = { ...film, path, look: { title, scene: 'clock' } }
  await runScript(SCRIPT, [JSON.stringify(whole)]).catch((error: unknown) => {
    // FFmpeg's libraries may crash while their process ends; a film that is there is whole.
    if (!existsSync(path)) throw error
  })
}

/** A film whose pictures show their numbers. */
export const makeCountedFilm = (path: string, film: CountedFilm): Promise<void> =>
  makeFilm(path, { ...film, counts: true })

/**
 * A folder under the machine's temporary one with what `make` puts there, kept between runs: a new name for new contents.
 * Whole or not there at all, whoever makes it at the same time.
 */
export async function madeOnce(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const kept = join(tmpdir(), `mediaserver-${name}`)
  if (existsSync(kept)) return kept
  const making = mkdtempSync(join(tmpdir(), 'demo-films-'))
  await make(making)
  // A file of this very moment is taken for one that still grows.
  for (const entry of readdirSync(making, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), YESTERDAY, YESTERDAY)
  try {
    renameSync(making, kept)
  } catch (error) {
    if (!existsSync(kept)) throw error
    rmSync(making, { recursive: true })
  }
  return kept
}

/** Code for a page: the number in the picture that it shows, eighteen cells along the lower edge; -1 without a picture. */
export const SHOWN_FRAME = `(() => {
  const video = document.querySelector('video')
  if (video.readyState < 2 || video.seeking) return -1
  const canvas = document.createElement('canvas')
  canvas.width = 400
  canvas.height = 225
  const context = canvas.getContext('2d', { willReadFrequently: true })
  context.drawImage(video, 0, 0, 400, 225)
  const { data } = context.getImageData(0, 215, 400, 1)
  let frame = 0
  for (let bit = 0; bit < 18; bit++) frame = frame * 2 + (data[4 * (20 * (bit + 1) + 10)] > 128 ? 1 : 0)
  return frame
})()`
