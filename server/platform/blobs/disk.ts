// Blobs as files under one folder; written beside and renamed, so that nobody ever sees half a one.
import { randomUUID } from 'node:crypto'
import type { Dirent } from 'node:fs'
import {
  access,
  constants,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { Problem } from '../problem.ts'
import { blobKey, cutRange, type Blobs, type BlobBody, type BlobStat } from './blobs.ts'

/** Not a possible first part of a key, so never listed. */
const UNFINISHED = '.unfinished'
/** Older unfinished files were left by a crash; younger ones may be another process's at work. */
const UNFINISHED_FOR_MS = 3_600_000

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/** What `work` gives, or null when the file is not there. */
async function unlessAbsent<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error) ?? '')) return null
    throw error
  }
}

export async function openDiskBlobs(root: string): Promise<Blobs> {
  const unfinished = join(root, UNFINISHED)
  await mkdir(unfinished, { recursive: true })
  for (const name of await readdir(unfinished)) {
    const left = await unlessAbsent(stat(join(unfinished, name)))
    if (left && left.mtimeMs < Date.now() - UNFINISHED_FOR_MS)
      await rm(join(unfinished, name), { force: true })
  }
  const pathOf = (key: string): string => join(root, ...blobKey(key).split('/'))

  async function write(path: string, body: BlobBody): Promise<BlobStat> {
    await using file = await open(path, 'wx')
    await file.writeFile(body)
    // Before the rename: after a power failure the name must not point at bytes that never reached the disk.
    // The folder is not synced: a whole blob lost is made again, half a one would be believed.
    await file.datasync()
    const { size, mtimeMs } = await file.stat()
    return { sizeBytes: size, modifiedAtMs: Math.floor(mtimeMs) }
  }

  /** `remove` may take an emptied folder away between our `mkdir` and our `rename`: then once more. */
  async function moveInto(from: string, to: string): Promise<void> {
    for (let tries = 1; ; tries++)
      try {
        await mkdir(dirname(to), { recursive: true })
        return await rename(from, to)
      } catch (error) {
        if (codeOf(error) !== 'ENOENT' || tries === 5) throw error
      }
  }

  async function* walk(folder: string, prefix: string): AsyncGenerator<BlobStat & { key: string }> {
    const entries: Dirent[] = (await unlessAbsent(readdir(folder, { withFileTypes: true }))) ?? []
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) yield* walk(path, `${prefix}${entry.name}/`)
      else {
        const found = await unlessAbsent(stat(path))
        if (found)
          yield { key: prefix + entry.name, sizeBytes: found.size, modifiedAtMs: Math.floor(found.mtimeMs) }
      }
    }
  }

  async function put(path: string, body: BlobBody): Promise<BlobStat> {
    const draft = join(unfinished, randomUUID())
    try {
      const written = await write(draft, body)
      await moveInto(draft, path)
      return written
    } catch (error) {
      await rm(draft, { force: true })
      if (codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT')
        throw new Problem('disk-full', undefined, { cause: error })
      throw error
    }
  }

  const writing = new Set<Promise<BlobStat>>()
  let isClosed = false

  return {
    async put(key, body) {
      if (isClosed) throw new Error('Blobs are not written any more: the server stops.')
      const one = put(pathOf(key), body)
      writing.add(one)
      try {
        return await one
      } finally {
        writing.delete(one)
      }
    },

    async get(key, wanted) {
      const file = await unlessAbsent(open(pathOf(key)))
      if (!file) return null
      try {
        const { size: sizeBytes } = await file.stat()
        const range = cutRange(wanted, sizeBytes)
        if (range.end >= range.start) return { sizeBytes, range, body: file.createReadStream(range) }
        await file.close()
        return { sizeBytes, range, body: Readable.from([]) }
      } catch (error) {
        await file.close()
        throw error
      }
    },

    read: (key) => unlessAbsent(readFile(pathOf(key))),

    async stat(key) {
      const found = await unlessAbsent(stat(pathOf(key)))
      return found?.isFile() ? { sizeBytes: found.size, modifiedAtMs: Math.floor(found.mtimeMs) } : null
    },

    async remove(key) {
      const path = pathOf(key)
      await rm(path, { force: true })
      // Emptied folders go too; `rmdir` refuses the others.
      let folder = dirname(path)
      while (folder.length > root.length) {
        try {
          await rmdir(folder)
        } catch {
          return
        }
        folder = dirname(folder)
      }
    },

    async *list(prefix) {
      const folder = prefix === '' ? root : pathOf(prefix.replace(/\/$/, ''))
      yield* walk(folder, prefix)
    },

    async freeBytes() {
      const { bavail, bsize } = await statfs(root)
      return bavail * bsize
    },

    ping: () => access(root, constants.R_OK | constants.W_OK),

    async [Symbol.asyncDispose]() {
      isClosed = true
      await Promise.allSettled(writing)
    },
  }
}
