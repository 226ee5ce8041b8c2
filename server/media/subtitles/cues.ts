// Subtitle files to cues, and cues to WebVTT with nothing in it but what players show (pure).

export type Cue = {
  startSeconds: number
  endSeconds: number
  /** Text with the few tags of SubRip and WebVTT, not yet cleaned. */
  text: string
  /** WebVTT cue settings, not yet cleaned. */
  settings?: string
}

/** More is damage or an attack: a film has about two thousand. */
export const MAX_CUES = 50_000
const MAX_CUE_LENGTH = 2000

const TIME = String.raw`(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[,.:](\d{1,3})`
const TIMING = new RegExp(String.raw`^\s*${TIME}\s*-{1,2}>\s*${TIME}(.*)$`)

function seconds(parts: readonly (string | undefined)[]): number {
  const [hours = '0', minutes = '0', whole = '0', part = '0'] = parts
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(whole) + Number(part.padEnd(3, '0')) / 1000
}

/** SubRip and WebVTT: a timing line, then text up to the next cue. */
export function parseCues(text: string): Cue[] {
  const isWebVtt = /^\ufeff?WEBVTT/.test(text)
  const cues: Cue[] = []
  let lines: string[] = []
  let isEnded = true
  const finish = () => {
    const last = cues.at(-1)
    if (last) last.text = lines.join('\n').trim()
    lines = []
  }
  for (const line of text.split(/\r\n|\r|\n/)) {
    const found = line.includes('>') ? TIMING.exec(line) : null
    if (found) {
      // The number above a timing line belongs to the cue that begins.
      if (/^\s*\d+\s*$/.test(lines.at(-1) ?? '')) lines.pop()
      finish()
      if (cues.length >= MAX_CUES) return cues
      cues.push({
        startSeconds: seconds(found.slice(1, 5)),
        endSeconds: seconds(found.slice(5, 9)),
        text: '',
        ...(isWebVtt && found[9] ? { settings: found[9] } : {}),
      })
      isEnded = false
    } else if (line.trim() === '') {
      // In WebVTT a blank line ends a cue; SubRip files in the wild have some inside.
      isEnded ||= isWebVtt
    } else if (!isEnded) lines.push(line)
  }
  finish()
  return cues
}

const KEPT_TAGS = new Set(['i', 'b', 'u', 'ruby', 'rt'])
const TAG = /<(\/?)([a-z]+)(?:[\s.][^<>]*)?>|<[^<>\n]{0,200}>|\{\\[^{}]*\}/giu

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Italic, bold, underlined and ruby stay; every other tag goes; what is left is text. */
export function cleanText(text: string): string {
  const plain = text
    .slice(0, MAX_CUE_LENGTH)
    .replaceAll(/&(amp|lt|gt|nbsp|lrm|rlm);/g, (_, name: string) => ENTITIES[name] ?? '')
  let out = ''
  let at = 0
  const open: string[] = []
  for (const found of plain.matchAll(TAG)) {
    out += escaped(plain.slice(at, found.index))
    at = found.index + found[0].length
    const name = found[2]?.toLowerCase() ?? ''
    if (!KEPT_TAGS.has(name)) continue
    if (!found[1]) {
      open.push(name)
      out += `<${name}>`
    } else if (open.at(-1) === name) {
      open.pop()
      out += `</${name}>`
    }
  }
  out += escaped(plain.slice(at))
  for (const name of open.reverse()) out += `</${name}>`
  return out
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: '\u00a0',
  lrm: '\u200e',
  rlm: '\u200f',
}

const SETTING = /^(?:line|position|size|align|vertical):[\w%.,-]{1,40}$/

function settingsOf({ settings = '', text }: Cue): string {
  const kept = settings.split(/\s+/).filter((setting) => SETTING.test(setting))
  // SubStation's alignment, which SubRip files carry too: 7–9 top, 4–6 middle.
  const place = /\{\\an([4-9])\}/.exec(text)?.[1]
  if (place && kept.length === 0) kept.push(Number(place) >= 7 ? 'line:5%' : 'line:50%')
  return kept.map((setting) => ` ${setting}`).join('')
}

function clock(time: number): string {
  const millis = Math.round(time * 1000)
  const pad = (value: number, length = 2) => String(Math.floor(value)).padStart(length, '0')
  return `${pad(millis / 3_600_000)}:${pad((millis / 60_000) % 60)}:${pad((millis / 1000) % 60)}.${pad(millis % 1000, 3)}`
}

export function toWebVtt(cues: readonly Cue[]): string {
  const blocks = cues
    .filter(({ startSeconds, endSeconds }) => endSeconds > Math.max(0, startSeconds))
    .toSorted((a, b) => a.startSeconds - b.startSeconds)
    .map((cue) => {
      const text = cleanText(cue.text)
      const times = `${clock(Math.max(0, cue.startSeconds))} --> ${clock(cue.endSeconds)}`
      return text === '' ? '' : `${times}${settingsOf(cue)}\n${text}\n\n`
    })
  return `WEBVTT\n\n${blocks.join('')}`
}
