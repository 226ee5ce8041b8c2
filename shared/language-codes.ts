// Names of languages made comparable: `de`, `ger`, `deu` and `German` are one language (pure).

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
kk kaz kazakh|mn mon mongolian|ne nep nepali|si sin sinhala|km khm khmer|lo lao|my mya bur burmese|af afr afrikaans|sw swa swahili|
bo bod tib tibetan|mi mri mao maori`
/** Every spelling above to ISO 639-2/T. */
export const LANGUAGE_CODES: ReadonlyMap<string, string> = new Map(
  LANGUAGES.split('|').flatMap((line) => {
    const words = line.trim().split(/\s+/)
    const code = words.find((word) => word.length === 3) ?? ''
    return words.map((word): [string, string] => [word, code])
  }),
)

/**
 * ISO 639-2/T of a code, tag or English name, for comparing and filtering: Matroska says `ger` where MP4 says `deu`.
 * Three letters that are not listed stay as they are; null where nothing is said.
 */
export function languageCode(said: string | null): string | null {
  const base = (said ?? '').trim().toLowerCase().split(/[-_]/, 1)[0] ?? ''
  if (base === 'und') return null
  return LANGUAGE_CODES.get(base) ?? (/^[a-z]{3}$/.test(base) ? base : null)
}

const SHORT: ReadonlyMap<string, string> = new Map(
  LANGUAGES.split('|').map((line): [string, string] => {
    const words = line.trim().split(/\s+/)
    return [words.find((word) => word.length === 3) ?? '', words[0] ?? '']
  }),
)

/** The tag of RFC 5646, which wants the shortest code: `deu` is `de`, `por-BR` is `pt-BR`; null where nothing is said. */
export function languageTag(said: string | null): string | null {
  const code = languageCode(said)
  if (said === null || code === null) return null
  const region = /^[a-z]{2,3}((?:-[a-z0-9]{2,8})+)$/i.exec(said.trim().replaceAll('_', '-'))?.[1] ?? ''
  return (SHORT.get(code) ?? code) + region
}
