// Names of which every field has its own brackets (pure).
import { hasSign } from './tags.ts'
import { group } from './text.ts'
import { findSeason } from './year-season.ts'

/** `[Group][国漫][Title][2019][02][1080p]` as `Title (2019) - 02 [`; null for names that are written otherwise. */
export function bracketFields(text: string): string | null {
  const outside = text.replace(/\[[^\]]*\]|\u2605[^\u2605[]*(?:\u2605|(?=\[))/gu, '')
  const fields = [...text.matchAll(/\[([^\]]*)\]/gu)].map((m) => group(m, 1).trim())
  if (fields.length < 2 || /[\p{L}\p{N}]/u.test(outside)) return null
  const isNumber = (f: string) =>
    /^(?:\d{1,4}(?:v\d)?|\d{1,4}-\d{1,4}|\u7b2c?\d{1,4}(?:-\d{1,4})?[\u8bdd\u8a71\u96c6\u56de])(?:tv|end|fin|\u5b8c|\u5168\u96c6)*$/iu.test(
      f,
    )
  const first = fields.findIndex((f, i) => i > 0 && isNumber(f))
  if (first < 0) {
    // A film: `[Group][Title][1080p]`, `[Title 1998] [BDRip]`.
    const said = fields.findIndex((f) => hasSign(f))
    const title = said === 1 || said === 2 ? fields[said - 1] : undefined
    return title ? `${title} [` : null
  }
  if (fields.length < 4) return null
  const names = fields.slice(1, first).filter((f) => !hasSign(f) && f !== '')
  const season = findSeason(names.join(' '))
  const latin = names.filter((n) => /[a-z]{2}/iu.test(n))
  let title = latin[0] ?? names.at(-1) ?? ''
  if (title.includes('|')) {
    const all = title.split('|')
    title =
      all.findLast((p) => /^[\p{Script=Latin}\p{N}\p{P}\p{S} ]+$/u.test(p)) ??
      all.findLast((p) => /[a-z]{2}/iu.test(p)) ??
      title
  }
  const numbers = fields.slice(first).filter(isNumber)
  const year = numbers.find((n) => /^(?:19|20)\d\d$/.test(n))
  const episode = numbers.find((n) => n !== year)
  const clean = (episode ?? '').replace(/[^\d-]/gu, '')
  return `${title}${year ? ` (${year})` : ''}${season ? ` S${season.season}` : ''}${clean ? ` - ${clean}` : ''} [`
}
