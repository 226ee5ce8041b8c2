// How subtitles of text look on this device, and how much later they come in this film; kept (choices pure, storage apart).

export const SIZES = ['small', 'normal', 'large', 'huge'] as const
export const COLOURS = ['white', 'yellow'] as const
export const BACKGROUNDS = ['none', 'dim', 'solid'] as const

export type SubtitleLook = {
  size: (typeof SIZES)[number]
  colour: (typeof COLOURS)[number]
  background: (typeof BACKGROUNDS)[number]
}

export const PLAIN_LOOK: SubtitleLook = { size: 'normal', colour: 'white', background: 'none' }

const LOOK_KEY = 'player.subtitleLook'
const OFFSETS_KEY = 'player.subtitleOffsets'
/** The oldest are forgotten. */
const MOST_OFFSETS = 100

const oneOf = <T extends string>(known: readonly T[], value: unknown, otherwise: T): T =>
  known.find((one) => one === value) ?? otherwise

function parse(text: string | null): Record<string, unknown> {
  try {
    return { ...(JSON.parse(text ?? '{}') as object) }
  } catch {
    return {}
  }
}

/** What was kept, piece by piece: what is not known any more becomes plain. */
export function readLook(text: string | null): SubtitleLook {
  const { size, colour, background } = parse(text)
  return {
    size: oneOf(SIZES, size, PLAIN_LOOK.size),
    colour: oneOf(COLOURS, colour, PLAIN_LOOK.colour),
    background: oneOf(BACKGROUNDS, background, PLAIN_LOOK.background),
  }
}

/** The kept offsets with this one; nothing is kept of a file whose subtitles come when they should. */
export function withOffset(text: string | null, fileId: string, seconds: number): string {
  const others = Object.entries(parse(text)).filter(([id]) => id !== fileId)
  const all = seconds === 0 ? others : [...others, [fileId, seconds]]
  return JSON.stringify(Object.fromEntries(all.slice(-MOST_OFFSETS)))
}

export function offsetOf(text: string | null, fileId: string): number {
  const seconds = parse(text)[fileId]
  return typeof seconds === 'number' && Math.abs(seconds) <= 60 ? seconds : 0
}

export const savedLook = (): SubtitleLook => readLook(localStorage.getItem(LOOK_KEY))
export const saveLook = (look: SubtitleLook): void => localStorage.setItem(LOOK_KEY, JSON.stringify(look))
export const savedOffset = (fileId: string): number => offsetOf(localStorage.getItem(OFFSETS_KEY), fileId)
export const saveOffset = (fileId: string, seconds: number): void =>
  localStorage.setItem(OFFSETS_KEY, withOffset(localStorage.getItem(OFFSETS_KEY), fileId, seconds))
