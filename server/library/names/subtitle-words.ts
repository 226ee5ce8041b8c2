// What the words between a film's name and `.srt` say: language, title, default, forced, hearing impaired (pure).

export type SubtitleWords = {
  /** ISO 639-2/T (`deu`), or a tag with its region or script (`pt-BR`). */
  language: string | null
  title: string | null
  isDefault: boolean
  isForced: boolean
  isHearingImpaired: boolean
}

/** ISO 639: two letters, three letters (terminological first, then bibliographic), and what people write. */
const LANGUAGES = `
en eng english|de deu ger german deutsch|fr fra fre french francais français|es spa spanish espanol español castellano|
it ita italian italiano|pt por portuguese|ja jpn japanese|ko kor korean|zh zho chi chinese mandarin cantonese|ru rus russian|
pl pol polish|nl nld dut dutch flemish|sv swe swedish|da dan danish|no nor norwegian|nb nob|nn nno|fi fin finnish|is isl ice icelandic|
cs ces cze czech|sk slk slo slovak|hu hun hungarian|ro ron rum romanian|bg bul bulgarian|el ell gre greek|tr tur turkish|
ar ara arabic|he heb hebrew|fa fas per persian farsi|hi hin hindi|bn ben bengali|ta tam tamil|te tel telugu|ml mal malayalam|
kn kan kannada|mr mar marathi|pa pan punjabi|ur urd urdu|th tha thai|vi vie vietnamese|id ind indonesian|ms msa may malay|
tl tgl tagalog|fil filipino|uk ukr ukrainian|hr hrv croatian|sr srp serbian|sl slv slovenian|bs bos bosnian|mk mkd mac macedonian|
sq sqi alb albanian|et est estonian|lv lav latvian|lt lit lithuanian|ca cat catalan|eu eus baq basque|gl glg galician|
ga gle irish|cy cym wel welsh|la lat latin|eo epo esperanto|ka kat geo georgian|hy hye arm armenian|az aze azerbaijani|
kk kaz kazakh|mn mon mongolian|ne nep nepali|si sin sinhala|km khm khmer|lo lao|my mya bur burmese|af afr afrikaans|sw swa swahili`
const CODES = new Map(
  LANGUAGES.split('|').flatMap((line) => {
    const words = line.trim().split(/\s+/)
    const code = words.find((word) => word.length === 3) ?? ''
    return words.map((word): [string, string] => [word, code])
  }),
)

const DEFAULT = new Set(['default'])
const FORCED = new Set(['forced', 'foreign'])
const HEARING = new Set(['sdh', 'cc', 'hi', 'hearingimpaired'])

function languageOf(word: string): string | null {
  const known = CODES.get(word.toLowerCase())
  if (known !== undefined) return known
  const tag = /^([a-z]{2,3})[-_](?:([A-Za-z]{4})|([A-Za-z]{2}|\d{3}))$/i.exec(word)
  if (!tag || !CODES.has((tag[1] ?? '').toLowerCase())) return null
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
