// A cheap content key of a file: its size and a hash of its head and tail. The same after a move or rename.
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { onDisk } from '../platform/path-text.ts'

/** Headers and indexes are at the ends; two films do not share both. */
const END_BYTES = 32_768

export async function fingerprintOf(path: string): Promise<string> {
  await using file = await open(onDisk(path), 'r')
  const { size } = await file.stat()
  const hash = createHash('sha256').update(`${size}\n`)
  const buffer = Buffer.allocUnsafe(END_BYTES)
  for (const position of size > END_BYTES ? [0, size - END_BYTES] : [0]) {
    const { bytesRead } = await file.read(buffer, 0, END_BYTES, position)
    hash.update(buffer.subarray(0, bytesRead))
  }
  return hash.digest('base64url').slice(0, 32)
}
