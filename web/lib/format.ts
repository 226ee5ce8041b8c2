// Durations, sizes, rates and dates as people read them.
export function durationText(seconds: number): string {
  const minutes = Math.max(1, Math.round(seconds / 60))
  const hours = Math.floor(minutes / 60)
  return hours ? `${hours} h ${minutes % 60} min` : `${minutes} min`
}

const STEPS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

const decimal = (value: number, locale: string, digits: number): string =>
  value.toLocaleString(locale, {
    useGrouping: false,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })

/** `1.5 GB`, with the decimal mark of `locale`. */
export function sizeText(bytes: number, locale: string): string {
  const step = bytes < 1 ? 0 : Math.min(STEPS.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** step
  return `${decimal(value, locale, value < 10 && step > 0 ? 1 : 0)} ${STEPS[step]}`
}

/** Bytes of what people write: `1.5 GB`, `512 MiB`, `2 tb`, `1,5 GB`; a bare number has `unit`. Null when it is no size. */
export function sizeOf(text: string, unit: string): number | null {
  const [, number = '', prefix, binary] =
    /^([\d.,]+)\s*(?:([kmgtp]?)(i?)b?)?$/i.exec(
      /\d\s*$/.test(text) ? `${text.trim()} ${unit}` : text.trim(),
    ) ?? []
  const value = Number(number.replace(',', '.'))
  if (number === '' || !Number.isFinite(value)) return null
  const step = ['', 'k', 'm', 'g', 't', 'p'].indexOf((prefix ?? '').toLowerCase())
  return Math.round(value * (binary ? 1024 : 1000) ** step)
}

const SPANS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** A length of time as a number in its largest unit. */
function inLargestUnit(ms: number): [number: number, unit: (typeof SPANS)[number][0]] {
  const seconds = Math.max(0, ms / 1000)
  const [unit, length] = SPANS.find(([, least]) => seconds >= least) ?? ['second', 1]
  return [Math.floor(seconds / length), unit]
}

/** How long something took: `3 hours`. */
export function spanText(ms: number, locale: string): string {
  const [number, unit] = inLargestUnit(ms)
  return number.toLocaleString(locale, { style: 'unit', unit, unitDisplay: 'long' })
}

/** When something is or was, from now on: `in 3 hours`, `3 hours ago`. */
export function relativeText(ms: number, locale: string): string {
  const [number, unit] = inLargestUnit(Math.abs(ms))
  return new Intl.RelativeTimeFormat(locale).format(ms < 0 ? -number : number, unit)
}

/** The time, with the day where it is another one. */
export function momentText(atMs: number, locale: string): string {
  const [at, today] = [new Date(atMs), new Date()]
  return at.toDateString() === today.toDateString()
    ? at.toLocaleTimeString(locale, { timeStyle: 'short' })
    : at.toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' })
}

export const rateText = (bps: number, locale: string): string =>
  bps >= 1e6 ? `${decimal(bps / 1e6, locale, 1)} Mbit/s` : `${decimal(bps / 1e3, locale, 0)} kbit/s`

/** `S01 E04`; empty where neither is known. */
export function episodeText(season: number | null, episode: number | null): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return [season !== null && `S${two(season)}`, episode !== null && `E${two(episode)}`]
    .filter(Boolean)
    .join(' ')
}

/** A language's name in the reader's language; the tag itself where nobody knows it. */
export function languageText(tag: string | null, locale: string): string | null {
  if (!tag) return null
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(tag) ?? tag
  } catch {
    return tag
  }
}

/** By the longer side, or the shorter one where that says more: films are cropped, and a phone's stand upright. */
export const resolutionText = (width: number, height: number): string => {
  const [longer, shorter] = width > height ? [width, height] : [height, width]
  if (longer >= 3200 || shorter >= 1800) return '4K'
  if (longer >= 1800 || shorter >= 1000) return '1080p'
  if (longer >= 1200 || shorter >= 700) return '720p'
  return 'SD'
}

/** Nothing for pictures that come as they like: such files claim a thousand a second. */
export const frameRateText = (rate: { num: number; den: number } | null): string | null =>
  rate && rate.den > 0 && rate.num / rate.den <= 300 ? `${+(rate.num / rate.den).toFixed(3)} fps` : null

export const channelText = (channels: number): string =>
  ({ 1: 'Mono', 2: 'Stereo', 6: '5.1', 8: '7.1' })[channels] ?? `${channels} ch`

/** Share of the whole that was watched, 0 to 1. */
export const shareOf = (position: number, duration: number | null): number =>
  duration && duration > 0 ? Math.min(1, Math.max(0, position / duration)) : 0
