// Any name can be had back byte by byte from its text, and texts are names that databases, JSON and people take.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onDisk, pathText, readablePath } from './path-text.ts'

const bytesOf = (path: string) => Buffer.from(onDisk(path))

test('ordinary names are their own text', () => {
  for (const name of ['Film (1999).mkv', 'Ärger/日本/🎬.mkv', 'a\ufffdb', '\uf77f\uf800']) {
    assert.equal(pathText(Buffer.from(name)), name)
    assert.equal(onDisk(name), name)
    assert.equal(readablePath(name), name)
  }
})

test('bytes that are no UTF-8 come back as they were, and so do names that look like our own form', () => {
  const pieces = ['é', '日', '🎬', '\uf7e9', '\uf780', '\ufffd', '/', 'a'].map((text) => Buffer.from(text))
  const loose = [[0x80], [0xff], [0xe3, 0x81], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf0, 0x9f], [0xef, 0x9f]]
  const all = [...pieces, ...loose.map((bytes) => Buffer.from(bytes))]
  const texts = new Set<string>()
  for (const a of all)
    for (const b of all)
      for (const c of all) {
        const bytes = Buffer.concat([a, b, c])
        const text = pathText(bytes)
        assert.ok(bytesOf(text).equals(bytes), bytes.toString('hex'))
        assert.ok(text.isWellFormed() && !text.includes('\0'), bytes.toString('hex'))
        texts.add(`${bytes.toString('hex')} ${text}`)
      }
  assert.equal(new Set([...texts].map((one) => one.split(' ')[1])).size, texts.size)
})

test('people read what old systems meant', () => {
  assert.equal(readablePath(pathText(Buffer.from('Am\xe9lie \x96 L\xfc', 'latin1'))), 'Amélie – Lü')
})
