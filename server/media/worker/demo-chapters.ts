// Chapters into a finished MP4 whose `moov` is its last box, as Nero wrote them: node-av cannot write any.
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import { box, u32, u64 } from '../fragment.ts'

export type DemoChapter = { startSeconds: number; title: string }

const TICKS_PER_SECOND = 10_000_000

function chapterList(chapters: readonly DemoChapter[]): Buffer {
  const entries = chapters.map(({ startSeconds, title }) => {
    const text = Buffer.from(title)
    return Buffer.concat([u64(startSeconds * TICKS_PER_SECOND), Buffer.of(text.byteLength), text])
  })
  // Version 1, four bytes that nobody uses, the count.
  return box('chpl', u32(0x01000000, 0), Buffer.of(entries.length), ...entries)
}

type Box = { type: string; at: number; size: number }

/** The last box between two places; null when something there is no plain box. */
function lastBox(file: number, from: number, end: number): Box | null {
  const head = Buffer.alloc(16)
  let last: Box | null = null
  for (let at = from; at + 8 <= end;) {
    readSync(file, head, 0, 16, at)
    const short = head.readUInt32BE(0)
    const size = short === 1 ? Number(head.readBigUInt64BE(8)) : short
    if (size < 8 || at + size > end) return null
    last = { type: head.toString('latin1', 4, 8), at, size }
    at += size
  }
  return last
}

/** Does nothing when the last box is not `moov`: its growth would move what lies behind it. */
export function addChapters(path: string, chapters: readonly DemoChapter[]): void {
  const file = openSync(path, 'r+')
  try {
    const { size: end } = fstatSync(file)
    const moov = lastBox(file, 0, end)
    if (moov?.type !== 'moov') return
    const inner = lastBox(file, moov.at + 8, end)
    const list = chapterList(chapters)
    // Readers look into one `udta` only: one that is there already grows.
    const added = inner?.type === 'udta' ? list : box('udta', list)
    writeSync(file, added, 0, added.byteLength, end)
    writeSync(file, u32(moov.size + added.byteLength), 0, 4, moov.at)
    if (inner?.type === 'udta') writeSync(file, u32(inner.size + list.byteLength), 0, 4, inner.at)
  } finally {
    closeSync(file)
  }
}
