// Reads on from an episode's number: lists and ranges of any notation (pure).
import { at, type Numbering } from './numbers.ts'

/** From one number on, reads `E02`, `-03`, `+04`, ` - x05`, `1x06`, `S01E07`, … */
export function following(
  text: string,
  from: number,
  first: number,
  bareDigits: number,
  isSpaced = false,
): { numbers: number[]; end: number } {
  const numbers = [first]
  let joinedByDash = false
  const next = new RegExp(
    `(?:[ ._]*(-+|~|\\u00e0|ao?|to|&|\\+|,)[ ._]*|[ ._]*)(?:(?:s\\d{1,4}[ ._]?)?(?:ep?|x)|\\d{1,2}x)(?!26[45])(\\d{1,5})(?!\\d|[pi]\\b|x\\d{3})|(?:(-|~|\\+|&|,[ ]?)|[ ._]*(${isSpaced ? '-|~|' : ''}ao|to)[ ._]+)(\\d{${bareDigits},4})(?:v\\d)?(?![\\p{L}\\p{N}]|[.]\\d{1,2}(?![\\p{L}\\d]))`,
    'iuy',
  )
  let end = from
  for (let i = 0; i < 60; i++) {
    next.lastIndex = end
    const m = next.exec(text)
    if (!m) break
    const value = Number(m[2] ?? m[5])
    const last = numbers.at(-1) ?? first
    if (m[5] !== undefined && (value <= last || value - last > 60)) break
    const joint = m[1] ?? m[3] ?? m[4] ?? ''
    if (joint !== '' && !/[+&]/.test(joint)) joinedByDash = true
    if (value !== last) numbers.push(value)
    end = next.lastIndex
  }
  numbers.sort((x, y) => x - y)
  const [a, b] = numbers
  if (joinedByDash && numbers.length === 2 && a !== undefined && b !== undefined && b > a && b - a <= 400)
    return { numbers: Array.from({ length: b - a + 1 }, (_, i) => a + i), end }
  return { numbers, end }
}

export const withList = (
  text: string,
  m: RegExpExecArray,
  season: number | null,
  first: number,
  more: Partial<Numbering> = {},
) => {
  const { numbers, end } = following(text, m.index + m[0].length, first, 1)
  return at(m, { season, episodes: numbers, end, ...more })
}
