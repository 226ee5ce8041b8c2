// Encodings, cues and clean-up of subtitles.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { assFile, parseAss } from './ass.ts'
import { cleanText, parseCues, toWebVtt } from './cues.ts'
import { decodeText, guessEncoding } from './text-encoding.ts'

const CORPUS = new URL('../../../../shared/corpora/media/files/', import.meta.url)
const skip = existsSync(CORPUS) ? false : 'the corpus is not beside the repository'

for (const [name, words] of [
  ['ums__czech-cp1250.srt', /[ěščřžýáíé]{1}\p{L}* [\p{L}]+/u],
  ['ums__hebrew-iso-8859-8.srt', /[א-ת]{3,}/u],
  ['ums__russian-koi8-r.srt', /[А-Я][а-я]{3,} [а-я]+/u],
  ['ums__russian-utf32-le.srt', /[А-Я]?[а-я]{3,} [а-я]+/u],
] as const) {
  test(`real file: ${name}`, { skip }, () => {
    const text = decodeText(readFileSync(new URL(name, CORPUS)))
    assert.match(text, words)
    assert.doesNotMatch(text, /\ufffd/)
    assert.ok(parseCues(text).length > 0)
  })
}

/** Bytes of a text in a single-byte encoding, found by decoding each byte. */
function encoded(text: string, encoding: string): Uint8Array {
  const table = new Map(
    Array.from({ length: 256 }, (_, byte) => [new TextDecoder(encoding).decode(Uint8Array.of(byte)), byte]),
  )
  return Uint8Array.from(text, (char) => table.get(char) ?? 63)
}

for (const [encoding, text] of [
  ['windows-1252', 'Où est la bibliothèque ? Ça va être très drôle à Noël, garçon.'],
  ['windows-1252', 'Können wir später über die Straße gehen? Natürlich, mein Schätzchen.'],
  ['windows-1252', '¿Dónde está el niño? Mañana será otro día, señor.'],
  ['windows-1250', 'Příliš žluťoučký kůň úpěl ďábelské ódy, že řeč zněla čistě.'],
  ['windows-1250', 'Zażółć gęślą jaźń. Proszę, nie mów już nic więcej o tej łące.'],
  ['windows-1251', 'Привет, как дела? Сегодня хорошая погода, и мы пойдём гулять.'],
  ['ibm866', 'Привет, как дела? Сегодня хорошая погода, и мы пойдём гулять.'],
  ['windows-1253', 'Καλημέρα, τι κάνεις σήμερα; Όλα καλά, ευχαριστώ πολύ.'],
  ['windows-1254', 'Günaydın, nasılsın? Bugün hava çok güzel, dışarı çıkalım mı şimdi?'],
  ['windows-1256', 'صباح الخير كيف حالك اليوم'],
] as const) {
  test(`guessed: ${encoding} "${text.slice(0, 12)}"`, () => {
    assert.equal(decodeText(encoded(text, encoding)), text)
  })
}

test('several bytes a letter', () => {
  const shiftJis = Buffer.from('82b182f182c982bf82cd814190a28a458142', 'hex')
  assert.equal(decodeText(shiftJis), 'こんにちは、世界。')
  const gbk = Buffer.from('c4e3bac3a3acced2cac7d2bbb8f6c8cba1a3ced2c3c7b2bbcac7', 'hex')
  assert.equal(guessEncoding(gbk), 'gb18030')
  assert.equal(decodeText(Buffer.from('1\n00:00:01,000 --> 00:00:02,000\nhé\n', 'utf16le')).slice(-3), 'hé\n')
})

test('SubRip as found in the wild', () => {
  const cues = parseCues(
    '1\r\n00:00:01,5 --> 00:00:02,000\r\nFirst\r\n\r\nstill first\r\n\r\n2\r\n00:01:00.000 --> 00:01:01.000  X1:1\r\n<font color="red">Second</font>',
  )
  assert.deepEqual(cues, [
    { startSeconds: 1.5, endSeconds: 2, text: 'First\nstill first' },
    { startSeconds: 60, endSeconds: 61, text: '<font color="red">Second</font>' },
  ])
  assert.match(toWebVtt(cues), /^WEBVTT\n\n00:00:01\.500 --> 00:00:02\.000\nFirst\nstill first\n\n00:01:00/)
})

test('nothing but the kept tags gets through', () => {
  assert.equal(cleanText('<i>a<b>b</i> & <script>x</script> -->'), '<i>a<b>b &amp; x --&gt;</b></i>')
  assert.equal(cleanText('<v Ann>Hi</v>{\\an8}\n\n5 < 6'), 'Hi\n5 &lt; 6')
})

test('settings of WebVTT and places of SubStation', () => {
  const vtt = parseCues(
    'WEBVTT\n\nid\n00:01.000 --> 00:02.000 line:10% evil<x> align:start\ntext\n\nNOTE no\n',
  )
  assert.match(toWebVtt(vtt), /00:00:02\.000 line:10% align:start\ntext\n\n$/)
  assert.match(toWebVtt([{ startSeconds: 1, endSeconds: 2, text: '{\\an8}up' }]), / line:5%\nup/)
})

test('SubStation: a container to a file and to cues', () => {
  const header =
    '[Script Info]\nTitle: x\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text'
  const file = assFile(header, [
    { startSeconds: 61.25, endSeconds: 62, line: '1,0,Default,,0,0,0,,Later, with comma' },
    { startSeconds: 1, endSeconds: 2, line: '0,3,Default,,0,0,0,,{\\i1}So{\\i0}\\Nso' },
  ])
  assert.match(
    file,
    /Dialogue: 3,0:00:01\.00,0:00:02\.00,Default,,0,0,0,,\{\\i1\}So.*\nDialogue: 0,0:01:01\.25/,
  )
  assert.deepEqual(parseAss(file), [
    { startSeconds: 1, endSeconds: 2, text: '<i>So</i>\nso' },
    { startSeconds: 61.25, endSeconds: 62, text: 'Later, with comma' },
  ])
})
