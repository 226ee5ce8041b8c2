// Pictures for the seek bar (pure): how many, where each lies on its sheet, and the WebVTT that says so.

export type PreviewPlan = {
  everySeconds: number
  /** Times to show, seconds after the file's start. */
  times: readonly number[]
  columns: number
  rows: number
}

/** The box a picture on the seek bar fits. */
export const PREVIEW_BOX = { width: 240, height: 160 }
const EVERY_SECONDS = 10
/** A day-long file gets its pictures further apart. */
const MOST_PICTURES = 900
const COLUMNS = 10
const ROWS = 10

export type Preview = { startSeconds: number; endSeconds: number; sheet: number; x: number; y: number }
export type Previews = { sheets: Uint8Array[]; width: number; height: number; pictures: Preview[] }

export function previewPlan(durationSeconds: number): PreviewPlan {
  const everySeconds = Math.max(EVERY_SECONDS, Math.ceil(durationSeconds / MOST_PICTURES))
  const count = Math.max(1, Math.ceil(durationSeconds / everySeconds))
  const times = Array.from({ length: count }, (_, index) => index * everySeconds)
  return { everySeconds, times, columns: COLUMNS, rows: ROWS }
}

/** `nameOf`: the address of a sheet, relative to the WebVTT's own. */
export function previewsWebVtt(
  previews: Omit<Previews, 'sheets'>,
  nameOf: (sheet: number) => string,
): string {
  const { width, height } = previews
  const cues = previews.pictures.map(
    ({ startSeconds, endSeconds, sheet, x, y }) =>
      `${clock(startSeconds)} --> ${clock(endSeconds)}\n${nameOf(sheet)}#xywh=${x},${y},${width},${height}\n\n`,
  )
  return `WEBVTT\n\n${cues.join('')}`
}

function clock(seconds: number): string {
  const millis = Math.round(seconds * 1000)
  const pad = (value: number, length = 2) => String(Math.floor(value)).padStart(length, '0')
  return `${pad(millis / 3_600_000)}:${pad((millis / 60_000) % 60)}:${pad((millis / 1000) % 60)}.${pad(millis % 1000, 3)}`
}
