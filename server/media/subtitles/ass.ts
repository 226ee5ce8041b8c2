// SubStation Alpha (pure): packets of a container to a file, and a file's lines to plain cues.
import { MAX_CUES, type Cue } from './cues.ts'

/** One line of a track in a container: `ReadOrder,Layer,Style,Name,MarginL,MarginR,MarginV,Effect,Text`. */
export type AssLine = { startSeconds: number; endSeconds: number; line: string }

const FIELDS_BEFORE_TEXT = 8

function clock(time: number): string {
  const hundredths = Math.max(0, Math.round(time * 100))
  const pad = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const hours = Math.floor(hundredths / 360_000)
  return `${hours}:${pad((hundredths / 6000) % 60)}:${pad((hundredths / 100) % 60)}.${pad(hundredths % 100)}`
}

/** The header as the container holds it, then a `Dialogue` line for each packet in the author's order. */
export function assFile(header: string, lines: readonly AssLine[]): string {
  const events = /^\[Events\]/m.test(header)
    ? ''
    : '\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n'
  const dialogues = lines
    .map(({ startSeconds, endSeconds, line }) => {
      const [order = '0', layer = '0', ...rest] = line.replaceAll(/[\r\n]+/g, '\\N').split(',')
      const text = `Dialogue: ${layer},${clock(startSeconds)},${clock(endSeconds)},${rest.join(',')}`
      return { order: Number(order), text }
    })
    .toSorted((a, b) => a.order - b.order)
    .map(({ text }) => text)
  return `${header.replaceAll(/\0/g, '').trimEnd()}\n${events}${dialogues.join('\n')}\n`
}

/** Drawings and override codes out, line breaks and italics in. */
export function assText(text: string): string {
  const place = /\{[^{}]*\\an(\d)[^{}]*\}/.exec(text)?.[1]
  // A line that is drawn shapes says nothing.
  if (/\\p[1-9]/.test(text)) return ''
  const plain = text
    .replaceAll(/\{[^{}]*\\i([01])[^{}]*\}/g, (_, on: string) => (on === '1' ? '<i>' : '</i>'))
    .replaceAll(/\{[^{}]*\}/g, '')
    .replaceAll(/\\[Nn]/g, '\n')
    .replaceAll(String.raw`\h`, ' ')
  return place ? `{\\an${place}}${plain}` : plain
}

/** The text field of a container's line. */
export const assLineText = (line: string): string =>
  assText(line.split(',').slice(FIELDS_BEFORE_TEXT).join(','))

/** The `Dialogue` lines of a file, by the order of fields its `Format` line gives. */
export function parseAss(file: string): Cue[] {
  const cues: Cue[] = []
  let fields = ['layer', 'start', 'end', 'style', 'name', 'marginl', 'marginr', 'marginv', 'effect', 'text']
  let isInEvents = false
  for (const line of file.split(/\r\n|\r|\n/)) {
    if (line.startsWith('[')) isInEvents = /^\[events\]/i.test(line)
    else if (isInEvents && /^format:/i.test(line)) {
      fields = line
        .slice(7)
        .split(',')
        .map((name) => name.trim().toLowerCase())
    } else if (isInEvents && /^dialogue:/i.test(line) && cues.length < MAX_CUES) {
      const values = line.slice(9).split(',')
      const at = (name: string) => secondsOf(values[fields.indexOf(name)] ?? '')
      const text = values.slice(fields.length - 1).join(',')
      cues.push({ startSeconds: at('start'), endSeconds: at('end'), text: assText(text) })
    }
  }
  return cues
}

function secondsOf(text: string): number {
  const [, hours = '0', minutes = '0', seconds = '0'] = /^\s*(\d+):(\d+):(\d+(?:\.\d+)?)/.exec(text) ?? []
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}
