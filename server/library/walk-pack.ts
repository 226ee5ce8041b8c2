// What a walk found, packed for the way between threads: copying an object for each file costs more than its `stat` (pure).
import type { Walked } from './walked.ts'

export type Pack = {
  /** Path and inode of each media file, by turns. */
  texts: string
  /** Size and time of each media file. */
  numbers: Float64Array<ArrayBuffer>
  /** What is not a media file, with the number of media files before it. */
  rest: { before: number; one: Walked }[]
}

const FIELDS = 2
/** No path holds it. */
const SEPARATOR = '\0'

export function pack(batch: readonly Walked[]): Pack {
  const texts: string[] = []
  const rest: Pack['rest'] = []
  const numbers = new Float64Array(batch.length * FIELDS)
  let at = 0
  for (const one of batch) {
    if (one.kind !== 'media') {
      rest.push({ before: at / FIELDS, one })
      continue
    }
    const { relativePath, sizeBytes, modifiedAtMs, inode } = one.file
    texts.push(relativePath, inode)
    numbers[at] = sizeBytes
    numbers[at + 1] = modifiedAtMs
    at += FIELDS
  }
  return { texts: texts.join(SEPARATOR), numbers, rest }
}

export function unpack({ texts, numbers, rest }: Pack): Walked[] {
  const batch: Walked[] = []
  let others = 0
  const upTo = (media: number) => {
    for (let next = rest[others]; next && next.before <= media; next = rest[(others += 1)])
      batch.push(next.one)
  }
  const parts = texts === '' ? [] : texts.split(SEPARATOR)
  for (let at = 0; at < parts.length; at += FIELDS) {
    upTo(at / FIELDS)
    const file = {
      relativePath: parts[at] ?? '',
      sizeBytes: numbers[at] ?? 0,
      modifiedAtMs: numbers[at + 1] ?? 0,
      inode: parts[at + 1] ?? '',
    }
    batch.push({ kind: 'media', file })
  }
  upTo(parts.length / FIELDS)
  return batch
}
