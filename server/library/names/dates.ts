// Finds the day that an episode was aired on, in any order of its parts (pure).
import { at, type Rule } from './numbers.ts'
import { group } from './text.ts'

const isDate = (y: number, m: number, d: number) => {
  const date = new Date(Date.UTC(y, m - 1, d))
  return y >= 1900 && y < 2100 && date.getUTCMonth() === m - 1 && date.getUTCDate() === d
}
const iso = (y: number, m: number, d: number) =>
  `${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

export const dateRule: Rule = (text) => {
  const tries: [RegExp, (m: RegExpExecArray) => [number, number, number][]][] = [
    [
      /(?<!\d)((?:19|20)\d{2})(?:[ ._/-]+|x)(\d{1,2})[ ._/-]+(\d{1,2})(?!\d|k(?![\p{L}\p{N}]))/iu,
      (m) => [
        [+group(m, 1), +group(m, 2), +group(m, 3)],
        [+group(m, 1), +group(m, 3), +group(m, 2)],
      ],
    ],
    [
      /(?<!\d)(\d{1,2})([ ._/-]+)(\d{1,2})\2((?:19|20)\d{2})(?!\d)/u,
      (m) => [
        [+group(m, 4), +group(m, 3), +group(m, 1)],
        [+group(m, 4), +group(m, 1), +group(m, 3)],
      ],
    ],
    [
      /(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[ ._-]+(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w{0,6}[ ._-]+((?:19|20)\d{2})(?!\d)/iu,
      (m) => [[+group(m, 3), MONTHS.indexOf(group(m, 2).toLowerCase()) + 1, +group(m, 1)]],
    ],
    [
      /(?<![\p{L}])(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\p{L}{0,6}[ ._-]+(\d{1,2})(?:st|nd|rd|th)?,?[ ._-]+((?:19|20)\d{2})(?!\d)/iu,
      (m) => [[+group(m, 3), MONTHS.indexOf(group(m, 1).toLowerCase()) + 1, +group(m, 2)]],
    ],
    [
      /(?<![\p{L}\p{N}])((?:19|20)\d{2})(\d{2})(\d{2})(?![\p{L}\p{N}])/u,
      (m) => [[+group(m, 1), +group(m, 2), +group(m, 3)]],
    ],
    [
      /(?<![\p{L}\p{N}.])(\d{2})([.-])(\d{2})\2(\d{2})(?!\d|[ ._]\(?(?:19|20)\d\d(?!\d))/u,
      (m) => {
        const [a, b, c] = [+group(m, 1), +group(m, 3), +group(m, 4)]
        const full = (n: number) => (n > 40 ? 1900 + n : 2000 + n)
        return m[2] === '-'
          ? [
              [full(c), a, b],
              [full(c), b, a],
              [full(a), b, c],
            ]
          : a > 12 && c <= 31
            ? [
                [full(a), b, c],
                [full(c), b, a],
              ]
            : [
                [full(c), b, a],
                [full(a), b, c],
              ]
      },
    ],
  ]
  const compact =
    /(?<=\p{L}[ ._])(\d{2})(\d{2})(\d{2})(?=[ ._](?:\d{3,4}[pix]|4k|hdtv|web|pdtv|[xh]26|1080|multi|proper|repack|internal|german|french|english|ital))/iu.exec(
      text,
    )
  if (compact && isDate(2000 + +group(compact, 1), +group(compact, 2), +group(compact, 3)))
    return at(compact, { date: iso(2000 + +group(compact, 1), +group(compact, 2), +group(compact, 3)) })
  for (const [pattern, readings] of tries) {
    const m = pattern.exec(text)
    const good = m && readings(m).find(([y, mo, d]) => isDate(y, mo, d))
    if (m && good) return at(m, { date: iso(...good) })
  }
  return null
}
