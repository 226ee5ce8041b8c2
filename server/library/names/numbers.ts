// What the rules that find numbers share: the result, the words for season and episode, ranges (pure).

export type Numbering = {
  /** Where the notation starts and ends: the title stands before, the episode's name after. */
  start: number
  end: number
  season: number | null
  episodes: number[]
  /** The number counts from the first episode of the whole series. */
  isAbsolute: boolean
  date: string | null
  /** A bare number that only means an episode when something else says so. */
  isWeak: boolean
}

export const SEASON_WORD =
  '(?:seasons?|saisons?|temporadas?|temp|staffeln?|stagion[ei]|sezon[ay]?|\u0441\u0435\u0437\u043e\u043d|s\u00e4song|kausi|seizoen|s\u00e6son|sesong|\u30b7\u30fc\u30ba\u30f3)'
export const EPISODE_WORD =
  '(?:episodes?|epis[o\u00f3]dio|\u00e9pisode|\u044d\u043f\u0438\u0437\u043e\u0434|\u0441\u0435\u0440\u0438[\u044f\u0438]|folge|cap[i\u00ed]tulo|cap|epis|epi|eps?|avsnitt|jakso|aflevering|odcinek|b\u00f6l\u00fcm)'

/** The letter of `Ocean's 11` begins nothing. */
export const EDGE = "(?<![\\p{L}\\p{N}]|\\p{L}['\u2019])"
export const number = (text: string | undefined) => Number((text ?? '').replace(/o/gi, '0'))

export type Rule = (text: string) => Numbering | null
export const at = (m: RegExpExecArray, more: Partial<Numbering>): Numbering => ({
  start: m.index,
  end: m.index + m[0].length,
  season: null,
  episodes: [],
  isAbsolute: false,
  date: null,
  isWeak: false,
  ...more,
})

export const isYear = (n: number) => n >= 1900 && n <= 2035

export const range = (a: number, b: number) =>
  b > a && b - a < 400 ? Array.from({ length: b - a + 1 }, (_, i) => a + i) : [a]

export const NUMBER_WORDS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']
const ROMAN = ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix', 'x']
export const romanOr = (text: string): number => {
  const roman = ROMAN.indexOf(text.toLowerCase())
  return roman >= 0 ? roman + 1 : Number(text)
}

export type NumberingHints = {
  /** A series is known to be here: a library of series, or a season folder. */
  isSeries: boolean
  isFilm: boolean
  /** A fansub name: a group in brackets first, a checksum, or such. */
  isFansub: boolean
  /** Where the description of the copy starts: no bare number after it counts. */
  signAt: number
}
