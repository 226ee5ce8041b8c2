// QR codes are read back, bit by bit, and their correction bytes are checked by the standard's own example.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { correctionOf, dataPath, qrCode } from './qr.ts'

/** Squares that are not data, drawn anew from the standard's figures rather than by the code under test. */
function withoutFixed(size: number): (boolean | null)[][] {
  const isFixed = (r: number, c: number): boolean =>
    (r < 9 && (c < 9 || c >= size - 8)) ||
    (r >= size - 8 && c < 9) ||
    r === 6 ||
    c === 6 ||
    (size > 21 && r >= size - 9 && r < size - 4 && c >= size - 9 && c < size - 4)
  return Array.from({ length: size }, (_, r) =>
    Array.from({ length: size }, (__, c) => (isFixed(r, c) ? false : null)),
  )
}

function read(code: boolean[][]): string {
  const bits = dataPath(withoutFixed(code.length)).map(([r, c]) =>
    code[r]![c]! !== ((r + c) % 2 === 0) ? 1 : 0,
  )
  const number = (at: number, count: number) =>
    bits.slice(at, at + count).reduce<number>((n, b) => n * 2 + b, 0)
  assert.equal(number(0, 4), 4, 'byte mode')
  return new TextDecoder().decode(Uint8Array.from({ length: number(4, 8) }, (_, i) => number(12 + i * 8, 8)))
}

test('what is written is read back, in every version', () => {
  for (const text of [
    'x',
    'http://localhost:8096/w/ABCDEFGHJK',
    'ü'.repeat(26),
    'a'.repeat(78),
    'b'.repeat(106),
  ])
    assert.equal(read(qrCode(text)!), text)
  assert.equal(qrCode('b'.repeat(107)), null)
})

test('correction bytes are those of the example "01234567" in ISO/IEC 18004 annex I', () => {
  const data = [16, 32, 12, 86, 97, 128, 236, 17, 236, 17, 236, 17, 236, 17, 236, 17]
  assert.deepEqual(correctionOf(data, 10), [165, 36, 212, 193, 237, 54, 199, 135, 44, 85])
})

test('finders, timing and the dark square are in their places', () => {
  const code = qrCode('x')!
  assert.deepEqual(code[0]!.slice(0, 8), [true, true, true, true, true, true, true, false])
  assert.deepEqual(code[6]!.slice(8, 13), [true, false, true, false, true])
  assert.equal(code[13]![8], true)
})
