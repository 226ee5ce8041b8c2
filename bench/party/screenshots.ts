// An independent check: the film's own frame counter beside the page's clock, both read from one screenshot.
import { setTimeout as after } from 'node:timers/promises'
import sharp from 'sharp'
import { clockOffsetMs, takeFrames } from '../../tests/support/party-pages.ts'
import type { BenchPage } from '../../tests/support/party-browsers.ts'
import { positionOf } from './frame-error.ts'
import type { Group } from './group.ts'

const SHOTS = 14
const FRAMES_PER_SECOND = 24
const FRAME_BITS = 18
/** Two hours of milliseconds. */
const CLOCK_BITS = 23
const CLOCK_CELL = 8

/** Runs in the page: the page's clock as a bar code of milliseconds at the top left, drawn for every refresh. */
function showClock(bits: number, cell: number): void {
  const canvas = document.createElement('canvas')
  canvas.width = bits * cell
  canvas.height = cell
  canvas.style.cssText = 'position:fixed;left:0;top:0;z-index:9999'
  // Full screen or not, it lies over everything.
  document.body.append(canvas)
  const draw = (): void => {
    const context = canvas.getContext('2d')
    const ms = Math.round(performance.now())
    for (let bit = 0; context && bit < bits; bit++) {
      context.fillStyle = (ms >> (bits - 1 - bit)) & 1 ? 'white' : 'black'
      context.fillRect(bit * cell, 0, cell, cell)
    }
    requestAnimationFrame(draw)
  }
  draw()
}

/** Where the film's picture lies in the page. */
const PICTURE = `(() => {
  const video = document.querySelector('video'), box = video.getBoundingClientRect()
  const scale = Math.min(box.width / video.videoWidth, box.height / video.videoHeight)
  const width = video.videoWidth * scale, height = video.videoHeight * scale
  return { x: box.x + (box.width - width) / 2, y: box.y + (box.height - height) / 2, width, height }
})()`
type Box = { x: number; y: number; width: number; height: number }

async function read(png: Uint8Array, picture: Box): Promise<{ frame: number; pageMs: number }> {
  const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true })
  const bit = (x: number, y: number): number =>
    (data[(Math.round(y) * info.width + Math.round(x)) * info.channels] ?? 0) > 127 ? 1 : 0
  const number = (bits: number, at: (i: number) => [number, number]): number =>
    Array.from({ length: bits }, (_, i) => bit(...at(i))).reduce((sum, b) => sum * 2 + b, 0)
  const cell = picture.width / 20
  const row = picture.y + picture.height - cell / 2
  return {
    frame: number(FRAME_BITS, (i) => [picture.x + (i + 1.5) * cell, row]),
    pageMs: number(CLOCK_BITS, (i) => [(i + 0.5) * CLOCK_CELL, CLOCK_CELL / 2]),
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length

/** Milliseconds that a page's picture lies behind the timeline: as its screenshots show it, and as its frames said. */
async function compare(page: BenchPage, group: Group): Promise<{ shown: number; noted: number }> {
  const offsetMs = await clockOffsetMs(page)
  const picture = await page.evaluate<Box>(PICTURE)
  await takeFrames(page, 0)
  const shots: { frame: number; pageMs: number }[] = []
  for (let i = 0; i < SHOTS; i++) {
    shots.push(await read(await page.screenshot(), picture))
    // Not in time with the frames.
    await after(200 + Math.random() * 100)
  }
  await after(300)
  const frames = await takeFrames(page, offsetMs)
  const seen = shots.flatMap(({ frame, pageMs }) => {
    const atMs = pageMs + offsetMs
    const noted = positionOf(frames, atMs)
    // The middle of the time that the frame is on the screen.
    const shown = (frame + 0.5) / FRAMES_PER_SECOND
    const target = group.targetSeconds(atMs)
    return noted === null ? [] : [{ shown: (target - shown) * 1000, noted: (target - noted) * 1000 }]
  })
  return { shown: mean(seen.map((s) => s.shown)), noted: mean(seen.map((s) => s.noted)) }
}

export async function compareScreenshots(group: Group) {
  await group.play()
  await after(6000)
  for (const page of group.pages)
    await page.evaluate(`(${showClock.toString()})(${CLOCK_BITS}, ${CLOCK_CELL})`)
  const results: { engine: string; shown: number; noted: number }[] = []
  // One after the other: taking pictures is work, and the members are to be disturbed as little as can be.
  for (const page of group.pages) results.push({ engine: page.engine, ...(await compare(page, group)) })
  const shown = results.map((r) => r.shown)
  return {
    screenshots_behind_timeline_ms: results,
    screenshot_pair_error_ms_max: Math.max(...shown) - Math.min(...shown),
  }
}
