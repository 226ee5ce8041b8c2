// Paths as text, also where a name's bytes are no UTF-8: reversible, so that every file can be opened again, and listings in that form.
import { isUtf8 } from 'node:buffer'
import { type Dirent, readdirSync } from 'node:fs'
import { readdir } from 'node:fs/promises'

/**
 * A byte that is no UTF-8 becomes the character U+F700 + byte: of private use, so kept by databases and JSON. A name
 * that holds such a character itself is written so byte by byte.
 */
const BYTES_AT = 0xf700
const BYTE = /[\uf780-\uf7ff]/
const BYTES = /[\uf780-\uf7ff]/g
/** What Node makes of bytes that are no UTF-8, and what a name may hold itself: the bytes have to be seen. */
const IS_DOUBTFUL = /[\ufffd\uf780-\uf7ff]/

/** The text of a name or path as the file system gives it. */
export function pathText(bytes: Buffer): string {
  const text = bytes.toString()
  if (isUtf8(bytes) && !BYTE.test(text)) return text
  let written = ''
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at)
    const character = length === 0 ? '' : bytes.toString('utf8', at, at + length)
    const end = at + (length || 1)
    written +=
      length === 0 || BYTE.test(character)
        ? String.fromCharCode(...Array.from(bytes.subarray(at, end), (byte) => BYTES_AT + byte))
        : character
    at = end
  }
  return written
}

/** Bytes of the character at `at`; 0 where it is none. */
function characterLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length += 1)
    if (isUtf8(bytes.subarray(at, at + length))) return length
  return 0
}

/** A path as the file system is to be asked for it: every call that opens, lists or looks at media takes it through here. */
export function onDisk(path: string): string | Buffer {
  if (!BYTE.test(path)) return path
  const parts = path.match(/[\uf780-\uf7ff]+|[^\uf780-\uf7ff]+/g) ?? []
  return Buffer.concat(
    parts.map((part) =>
      BYTE.test(part) ? Buffer.from(part, 'utf16le').filter((_, at) => at % 2 === 0) : Buffer.from(part),
    ),
  )
}

const WESTERN = new TextDecoder('windows-1252')

/** A path as people read it: names that are no UTF-8 nearly always come from systems that wrote Windows-1252. */
export const readablePath = (path: string): string =>
  BYTE.test(path)
    ? path.replace(BYTES, (unit) => WESTERN.decode(Uint8Array.of(unit.charCodeAt(0) & 0xff)))
    : path

export type Entry = { name: string; isFile: () => boolean; isDirectory: () => boolean }

const isPlain = (entries: readonly Dirent[]): boolean => !entries.some(({ name }) => IS_DOUBTFUL.test(name))
const entryOf = (found: Dirent<Buffer>): Entry => ({
  name: pathText(found.name),
  isFile: () => found.isFile(),
  isDirectory: () => found.isDirectory(),
})

/** What is in a folder; throws what `readdir` throws. */
export async function entriesOf(folder: string): Promise<Entry[]> {
  const path = onDisk(folder)
  const entries = typeof path === 'string' ? await readdir(path, { withFileTypes: true }) : null
  if (entries && isPlain(entries)) return entries
  return (await readdir(path, { withFileTypes: true, encoding: 'buffer' })).map(entryOf)
}

/** The same in a blocking call, for the thread that walks. */
export function entriesSync(folder: string): Entry[] {
  const path = onDisk(folder)
  const entries = typeof path === 'string' ? readdirSync(path, { withFileTypes: true }) : null
  if (entries && isPlain(entries)) return entries
  return readdirSync(path, { withFileTypes: true, encoding: 'buffer' }).map(entryOf)
}
