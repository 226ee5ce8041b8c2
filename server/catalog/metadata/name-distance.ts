// How alike two titles are, from 0 to 1, whatever their spelling (pure).
import { editDistance } from '../../platform/edit-distance.ts'

const ROMAN: Record<string, string> = { ii: '2', iii: '3', iv: '4', vi: '6', vii: '7', viii: '8', ix: '9' }
const ARTICLE = /^(?:the|an?|der|die|das|le|la|les|el|los|las|il|lo|un|une|de|het) (?=.)/
const COUNTRY = / (?:us|uk|usa|au|nz|ca|jp|kr)$/
/** Titles are short; a hostile one must not cost a second. */
const MAX_LENGTH = 200

/** No marks, no case, no punctuation, no leading article; numbers in one notation. */
export const titleForm = (title: string): string =>
  title
    .slice(0, MAX_LENGTH)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/æ/g, 'ae')
    .replace(/ł/g, 'l')
    .replace(/&|\+/g, ' and ')
    .replace(/['\u2019\u2018`\u00b4]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .replace(ARTICLE, '')
    .replace(/\b[ivx]{2,4}\b/g, (word) => ROMAN[word] ?? word)
    .replace(/\b(?:part|teil|partie|vol|volume|episode|chapter) (?=\d)/g, '')

/** Shared words of both, counted twice, of all words (Dice). */
function sharedWords(a: string, b: string): number {
  const left = a.split(' ')
  const rest = b.split(' ')
  const total = left.length + rest.length
  let shared = 0
  for (const word of left) {
    const at = rest.indexOf(word)
    if (at < 0) continue
    rest.splice(at, 1)
    shared++
  }
  return (2 * shared) / total
}

const numbersIn = (text: string) => (text.match(/\d+/g) ?? []).join(' ')

export function similarity(a: string, b: string): number {
  const [x, y] = [titleForm(a), titleForm(b)]
  if (x === '' || y === '') return a.trim() !== '' && a.trim() === b.trim() ? 1 : 0
  if (x === y) return 1
  if (x.replaceAll(' ', '') === y.replaceAll(' ', '')) return 0.99
  if (x.replace(COUNTRY, '') === y.replace(COUNTRY, '')) return 0.97
  const letters = 1 - editDistance(x, y) / Math.max(x.length, y.length)
  // `Alien` and `Alien Resurrection` share a beginning but are two films; `Title` and `Title: Its Subtitle` may be one.
  const [short, long] = x.length < y.length ? [x, y] : [y, x]
  const begins = long.startsWith(`${short} `) && short.length >= 4 ? 0.75 : 0
  const value = Math.max(letters, sharedWords(x, y) * 0.95, begins)
  // A sequel differs by its number alone.
  return numbersIn(x) === numbersIn(y) ? value : Math.min(value, 0.7)
}
