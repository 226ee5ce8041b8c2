// What a folder's name says: a season, extras, a series or film, or nothing (pure).
import { SEASON_WORD } from './numbers.ts'
import { comparable, plain } from './text.ts'

const SEASON = new RegExp(
  `^(?:.{0,80}?[ ._\\-([])?${SEASON_WORD}[ ._-]{0,3}(\\d{1,4})(?![\\p{L}\\p{N}])(.*)$`,
  'iu',
)
const SEASON_AFTER = new RegExp(`^(\\d{1,3})(?:st|nd|rd|th|\\.|\u00aa|\u00ba)?[ ._]*${SEASON_WORD}$`, 'iu')
/** The British word; `Series 1` alone, as with a name it may be the show's. */
const SERIES = /^series[ ._-]{0,3}(\d{1,2})$/iu
const SHORT = /^(?:(.{0,80}?)[ ._\-([]+)?s(\d{1,4})(?![\p{L}\p{N}])(.*)$/iu
const SPECIALS = /^(?:specials?|extras?|sp|ova|oad|season 0+|bonus)$/iu

/** The season that a folder holds; null when it is no season folder. `parent` is the folder around it. */
export function seasonOfFolder(name: string, parent = ''): number | null {
  const text = plain(name).trim()
  if (SPECIALS.test(text)) return 0
  if (/^(?:19|20)\d{2}$/.test(text)) return null
  const short = SHORT.exec(text)
  const before = comparable(short?.[1] ?? '')
  const series = comparable(parent)
  if (
    short &&
    // `S01 - Murder House` is one season with its name, `S01-S03` are several.
    (/^ - (?!s?\d)/i.test(short[3] ?? '') || !/^[ ._-]*(?:[-+]|e\d|s\d|dvd)/i.test(short[3] ?? '')) &&
    (before === '' || series.startsWith(before) || before.startsWith(series))
  )
    return Number(short[2])
  const after = SEASON_AFTER.exec(text) ?? SERIES.exec(text)
  if (after) return Number(after[1])
  const long = SEASON.exec(text)
  if (
    long &&
    !/^[ ._]*(?:-|to|&|\+|,)[ ._]*(?!(?:19|20)\d\d(?!\d))\d/i.test(long[2] ?? '') &&
    !/\bepisodes?\b/i.test(text)
  )
    return Number(long[1])
  return null
}

/** Folders that sort a library and say nothing of what is inside. */
const GENERIC = new Set(
  `movies movie films film tv shows tv series series shows show anime video videos media server data downloads download unsorted av tmp drive mnt home documentaries cartoons kids animation tv drop complete disk library libraries`.split(
    ' ',
  ),
)
export const isGenericFolder = (name: string): boolean => {
  const text = comparable(name)
  return (
    text === '' ||
    GENERIC.has(text) ||
    ['tv shows', 'tv series', 'tv drop', 'my movies'].includes(text) ||
    /^[a-z]$/.test(text)
  )
}
