// The bytes of a subtitle file to text, whatever encoding they are in (pure).

type Script = {
  encodings: readonly string[]
  /** Letters that nearly every non-ASCII letter of such a text is one of. */
  letters: RegExp
  /** The share of them in real text, where a list cannot hold them all. */
  share?: number
}

/** Languages by what tells their encodings apart. Earlier ones win a draw. */
const SCRIPTS: readonly Script[] = [
  { encodings: ['windows-1252'], letters: /[éèêàçîôûùâœëï]/iu },
  { encodings: ['windows-1252'], letters: /[äöüßé]/iu },
  { encodings: ['windows-1252'], letters: /[áéíóúñü]/iu },
  { encodings: ['windows-1252'], letters: /[áãâàçéêíóõôú]/iu },
  { encodings: ['windows-1252'], letters: /[åäöæøéðþáíóúý]/iu },
  { encodings: ['windows-1252'], letters: /[àèéìòù]/iu },
  { encodings: ['windows-1250', 'iso-8859-2'], letters: /[áčďéěíňóřšťúůýžľĺŕäô]/iu },
  { encodings: ['windows-1250', 'iso-8859-2'], letters: /[ąćęłńóśźż]/iu },
  { encodings: ['windows-1250', 'iso-8859-2'], letters: /[áéíóöőúüű]/iu },
  { encodings: ['windows-1250', 'iso-8859-2'], letters: /[ăâîşţșț]/iu },
  { encodings: ['windows-1250', 'iso-8859-2'], letters: /[čćđšž]/iu },
  { encodings: ['windows-1254'], letters: /[çğıİöşüâî]/iu },
  { encodings: ['windows-1257'], letters: /[āčēģīķļņšūžąęėįųõäöü]/iu },
  {
    encodings: ['windows-1251', 'koi8-r', 'ibm866', 'iso-8859-5', 'koi8-u'],
    letters: /[оеаинтслврмкдпубягзчйьыжшхющіїєґђјљњћџэцф]/iu,
  },
  { encodings: ['windows-1253', 'iso-8859-7'], letters: /[α-ωάέήίόύώ]/iu },
  { encodings: ['windows-1255'], letters: /[א-ת]/u },
  { encodings: ['windows-1256'], letters: /[اأإآءئؤبتثجحخدذرزسشصضطظعغفقكلمنهوىيةپچژگ]/u },
  { encodings: ['shift_jis', 'euc-jp'], letters: /[ぁ-んァ-ヶー]/u, share: 0.45 },
  {
    encodings: ['euc-kr'],
    letters: /[이다는에을가의고를지도하은어나로기자아그한리사라시대해있]/u,
    share: 0.35,
  },
  { encodings: ['gb18030'], letters: /[的一是不了我你在有他这人们来到个上说大里就那要会]/u, share: 0.2 },
  { encodings: ['big5'], letters: /[的一是不了我你在有他這人們來到個上說大裡就那要會]/u, share: 0.2 },
  { encodings: ['windows-874'], letters: /[ก-๎]/u },
]

/** Enough text to tell by; a whole film need not be decoded twenty times. */
const SAMPLE_BYTES = 64 * 1024

export function decodeText(bytes: Uint8Array): string {
  const marked = byMark(bytes)
  if (marked) return marked
  const wide = widthByZeros(bytes)
  if (wide) return decodeWide(bytes, wide.size, wide.isLittle)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder(guessEncoding(bytes)).decode(bytes)
  }
}

function byMark(bytes: Uint8Array): string | null {
  const [a, b, c, d] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return new TextDecoder('utf-8').decode(bytes)
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return decodeWide(bytes.subarray(4), 4, true)
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return decodeWide(bytes.subarray(4), 4, false)
  if (a === 0xff && b === 0xfe) return decodeWide(bytes.subarray(2), 2, true)
  if (a === 0xfe && b === 0xff) return decodeWide(bytes.subarray(2), 2, false)
  return null
}

/** Times and line ends are ASCII: in wide encodings zeros stand at fixed places. */
function widthByZeros(bytes: Uint8Array): { size: 2 | 4; isLittle: boolean } | null {
  const length = Math.min(bytes.length, 4096) & ~3
  const zeros = [0, 0, 0, 0]
  for (let at = 0; at < length; at++) if (bytes[at] === 0) zeros[at % 4] = (zeros[at % 4] ?? 0) + 1
  const often = zeros.map((count) => count > length / 4 / 4)
  const pattern = often.map((is) => (is ? '0' : 'x')).join('')
  if (pattern.endsWith('00')) return { size: 4, isLittle: true }
  if (pattern.startsWith('00')) return { size: 4, isLittle: false }
  if (pattern === 'x0x0') return { size: 2, isLittle: true }
  if (pattern === '0x0x') return { size: 2, isLittle: false }
  return null
}

function decodeWide(bytes: Uint8Array, size: 2 | 4, isLittle: boolean): string {
  if (size === 2) return new TextDecoder(isLittle ? 'utf-16le' : 'utf-16be').decode(bytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const points: string[] = []
  for (let at = 0; at + 4 <= bytes.byteLength; at += 4) {
    const point = view.getUint32(at, isLittle)
    points.push(point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd')
  }
  return points.join('')
}

/** The encoding whose decoded letters look most like a language that uses it. */
export function guessEncoding(bytes: Uint8Array): string {
  const sample = bytes.subarray(0, SAMPLE_BYTES)
  let best = { encoding: 'windows-1252', score: -Infinity }
  const decoded = new Map<string, string>()
  for (const { encodings, letters, share = 1 } of SCRIPTS) {
    for (const encoding of encodings) {
      const text = decoded.get(encoding) ?? new TextDecoder(encoding).decode(sample)
      decoded.set(encoding, text)
      const score = likeness(text, letters, share)
      if (score > best.score + 1e-9) best = { encoding, score }
    }
  }
  return best.encoding
}

function likeness(text: string, letters: RegExp, share: number): number {
  let hits = 0
  let wrong = 0
  let count = 0
  let before = ''
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0
    const last = before
    before = char
    if (point < 0x80) continue
    // Control characters, box drawings and what no character stands for.
    if (point < 0xa0 || (point >= 0x2500 && point <= 0x259f) || point === 0xfffd) wrong++
    // KOI8-R and Windows-1251 are each other's letters with the case swapped.
    else if (/\p{Lu}/u.test(char) && /\p{Ll}/u.test(last)) wrong++
    else if (/[\p{L}\p{M}]/u.test(char)) {
      count++
      // A word in capitals is rare in subtitles, and common in the wrong encoding.
      if (/\p{Lu}/u.test(char) && /\p{Lu}/u.test(last)) continue
      if (letters.test(char)) hits++
    }
  }
  const total = count + wrong
  return total === 0 ? 0 : Math.min(1, hits / total / share) - (3 * wrong) / total
}
