// Several seasons in one name: `S01-S03`, `Seasons 1, 2 & 3`, `Season 1 to 6` (pure).
import { range, SEASON_WORD } from './numbers.ts'
import { group } from './text.ts'

const START = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${SEASON_WORD}[ ._:]*(s?)|(s))(\\d{1,2})(?![\\p{L}\\p{N}]|[.]\\d(?!\\d))`,
  'giu',
)
const GLUED = /(?<![\p{L}\p{N}])()(s)(\d{1,2})(?=s\d{1,2}(?!\p{L}|\d))/giu
const NEXT = new RegExp(
  `(?:[ ._]*(-+|~|>|,|&|\\+)[ ._]*|[ ._]+(to|a|à|bis|through|thru|and|y|und|et)[ ._]+|[ ._]*)(?:(s)|${SEASON_WORD}[ ._]*)?(\\d{1,2})(?![\\p{L}\\p{N}]|[.]\\d(?!\\d)|[ ._]*x\\d)`,
  'iuy',
)

/** The seasons, and where their list stands; null when the name tells at most one. */
export function seasonList(text: string): { seasons: number[]; start: number; end: number } | null {
  for (const m of [...text.matchAll(START), ...text.matchAll(GLUED)].slice(0, 8)) {
    const seasons = [Number(group(m, 3))]
    const isShort = group(m, 1) !== '' || group(m, 2) !== ''
    let end = m.index + m[0].length
    for (let i = 0; i < 40; i++) {
      NEXT.lastIndex = end
      const next = NEXT.exec(text)
      if (!next) break
      const last = seasons.at(-1) ?? 0
      const value = Number(group(next, 4))
      const joint = (next[1] ?? next[2] ?? '').toLowerCase()
      // Without a joint only the very next number, and beside `S01` only another `S02`, goes on.
      if (value <= last || (joint === '' && (value !== last + 1 || (isShort && !next[3])))) break
      // `Season 3 - 14`: an episode.
      if (/[\s._]-/.test(next[0]) && !/s|\p{L}/iu.test(next[0])) break
      const isRange = /^(?:-+|~|>|to|a|à|bis|through|thru)$/.test(joint)
      seasons.push(...(isRange ? range(last, value).slice(1) : [value]))
      end = NEXT.lastIndex
    }
    if (seasons.length > 1) return { seasons, start: m.index, end }
  }
  return null
}
