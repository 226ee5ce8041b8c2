// Reads ranges of a file through one small window, never outside it: what the container readers stand on.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { onDisk } from '../../platform/path-text.ts'

/** Header hops are close together: one read serves many of them. */
const WINDOW_BYTES = 65_536

/** The bytes are not what the format allows: readers give up on the table, never on the file. */
export class BadContainer extends Error {
  override name = 'BadContainer'
}

export class ByteSource implements Disposable {
  readonly sizeBytes: number
  readonly #fd: number
  #window: Buffer = Buffer.alloc(0)
  #windowAt = 0
  readonly #windowBytes: number

  constructor(path: string, windowBytes = WINDOW_BYTES) {
    this.#windowBytes = windowBytes
    this.#fd = openSync(onDisk(path), 'r')
    this.sizeBytes = fstatSync(this.#fd).size
  }

  /** Exactly `length` bytes at `at`, valid until the next call; throws `BadContainer` outside the file. */
  read(at: number, length: number): Buffer {
    if (!Number.isSafeInteger(at) || at < 0 || length < 0 || at + length > this.sizeBytes)
      throw new BadContainer(`bytes ${at}+${length} are outside the file`)
    const offset = at - this.#windowAt
    if (offset < 0 || offset + length > this.#window.length) {
      this.#window = this.#fill(at, Math.min(Math.max(length, this.#windowBytes), this.sizeBytes - at))
      this.#windowAt = at
      return this.#window.subarray(0, length)
    }
    return this.#window.subarray(offset, offset + length)
  }

  #fill(at: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(length)
    let filled = 0
    while (filled < length) {
      const got = readSync(this.#fd, buffer, filled, length - filled, at + filled)
      if (got === 0) throw new BadContainer('the file became shorter while it was read')
      filled += got
    }
    return buffer
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd)
  }
}
