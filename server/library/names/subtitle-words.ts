// What the words between a film's name and `.srt` say: language, title, default, forced, hearing impaired (pure).
import { LANGUAGE_CODES } from '#shared/language-codes.ts'

export type SubtitleWords = {
  /** ISO 639-2/T (`deu`), or a tag with its region or script (`pt-BR`). */
  language: string | null
  title: string | null
  isDefault: boolean
  isForced: boolean
  isHearingImpaired: boolean
}

const DEFAULT = new Set(['default'])
const FORCED = new Set(['forced', 'foreign'])
const HEARING = new Set(['sdh', 'cc', 'hi', 'hearingimpaired'])

function languageOf(word: string): string | null {
  const known = LANGUAGE_CODES.get(word.toLowerCase())
  if (known !== undefined) return known
  const tag = /^([a-z]{2,3})[-_](?:([A-Za-z]{4})|([A-Za-z]{2}|\d{3}))$/i.exec(word)
  if (!tag || !LANGUAGE_CODES.has((tag[1] ?? '').toLowerCase())) return null
  const [, base = '', script, region = ''] = tag
  const ending = script
    ? (script[0] ?? '').toUpperCase() + script.slice(1).toLowerCase()
    : region.toUpperCase()
  return `${base.toLowerCase()}-${ending}`
}

/**
 * `.en.forced` or `.Commentary.de.sdh`: the last word that is a language is it, what is left is the title. `hi` is
 * Hindi where no other language is named, and hearing impaired where one is.
 */
export function subtitleWords(rest: string): SubtitleWords {
  const words = rest
    .slice(0, 200)
    .split(/[.[\](){}]+/)
    .flatMap((word) => (/^[\s_-]*[A-Za-z]{2,3}[\s_][A-Za-z]+$/.test(word) ? word.split(/[\s_]+/) : [word]))
    .map((word) => word.replace(/^\d{1,3}_(?=\p{L})/u, '').replace(/^[\s_-]+|[\s_-]+$/g, ''))
    .filter(Boolean)
  const said = {
    language: null as string | null,
    isDefault: false,
    isForced: false,
    isHearingImpaired: false,
  }
  const title: string[] = []
  let hasHi = false
  for (const word of words.toReversed()) {
    const low = word.toLowerCase()
    const language = languageOf(word)
    if (low === 'hi') hasHi = true
    else if (DEFAULT.has(low)) said.isDefault = true
    else if (FORCED.has(low)) said.isForced = true
    else if (HEARING.has(low)) said.isHearingImpaired = true
    else if (language !== null && said.language === null) said.language = language
    else title.unshift(word)
  }
  if (hasHi && said.language === null) said.language = 'hin'
  else if (hasHi) said.isHearingImpaired = true
  return { ...said, title: title.join('.') || null }
}
