// A segment while it is being encoded: fragments come in at one end, any number of viewers read at the other.
import { Problem } from '../platform/problem.ts'

export class LiveSegment {
  readonly #fragments: Uint8Array[] = []
  readonly #waiting = new Set<() => void>()
  #state: 'open' | 'done' | Error = 'open'
  #readers = 0
  #expectedUntilMs = 0
  readonly #abandoned: () => void

  /** `abandoned`: the last reader left before the end. */
  constructor(abandoned: () => void = () => undefined) {
    this.#abandoned = abandoned
  }

  /** Somebody was told of it and will begin to read at once. */
  expect(untilMs: number): void {
    this.#expectedUntilMs = untilMs
  }

  /** Somebody waits for its bytes. */
  isWanted(nowMs: number): boolean {
    return this.isOpen && (this.#readers > 0 || this.#expectedUntilMs > nowMs)
  }

  get hasBytes(): boolean {
    return this.#fragments.length > 0
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /**
   * Everything that a head has made of the segment so far. Two heads may come to make the same one: their
   * fragments are equal, so whoever is further adds what is new, and none comes twice.
   */
  take(made: readonly Uint8Array[]): void {
    if (this.#state !== 'open' || made.length <= this.#fragments.length) return
    this.#fragments.push(...made.slice(this.#fragments.length))
    this.#wake()
  }

  /** The whole segment. */
  finish(): Uint8Array {
    this.#state = 'done'
    this.#wake()
    return Buffer.concat(this.#fragments)
  }

  fail(reason: Error): void {
    if (this.#state !== 'open') return
    this.#state = reason
    this.#wake()
  }

  #wake(): void {
    for (const go of this.#waiting) go()
    this.#waiting.clear()
  }

  /** Every fragment from the first on, as they come; throws when the encode fails. */
  async *fragments(signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
    this.#readers++
    try {
      for (let n = 0; ;) {
        signal.throwIfAborted()
        const next = this.#fragments[n]
        if (next) {
          n++
          yield next
        } else if (this.#state === 'done') return
        else if (this.#state !== 'open') throw this.#state
        else await this.#change(signal)
      }
    } finally {
      this.#left()
    }
  }

  /** Waits for the last byte; throws when the encode fails. */
  async finished(signal: AbortSignal): Promise<void> {
    this.#readers++
    try {
      while (this.isOpen) {
        signal.throwIfAborted()
        await this.#change(signal)
      }
    } finally {
      this.#left()
    }
    if (this.#state instanceof Error) throw this.#state
  }

  /** Waits for the first byte, at most so long. */
  async begin(waitMs: number, signal: AbortSignal): Promise<void> {
    const timer = AbortSignal.timeout(waitMs)
    const either = AbortSignal.any([signal, timer])
    this.#readers++
    this.#expectedUntilMs = 0
    try {
      while (!this.hasBytes && this.isOpen) {
        either.throwIfAborted()
        await this.#change(either)
      }
      // Whoever waited begins to read.
      this.#readers--
    } catch (error) {
      this.#left()
      if (signal.aborted || !timer.aborted) throw error
      throw new Problem('segment-late', undefined, { retryAfterSeconds: 2, cause: error })
    }
    if (this.#state instanceof Error) throw this.#state
  }

  #left(): void {
    this.#readers--
    if (this.#readers === 0 && this.isOpen) this.#abandoned()
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        signal.removeEventListener('abort', give)
        resolve()
      }
      const give = (): void => {
        this.#waiting.delete(wake)
        reject(signal.reason)
      }
      this.#waiting.add(wake)
      signal.addEventListener('abort', give, { once: true })
    })
  }
}
