// Loads segments for hls.js and hands on their first fragments while the rest is still being encoded.
import type {
  FragmentLoaderContext,
  HlsConfig,
  Loader,
  LoaderCallbacks,
  LoaderConfiguration,
  LoaderStats,
} from 'hls.js'
import { createFragmentCutter, readTiming, type Timing } from './fragments.ts'

/** What one player's loaders share. */
export type LoaderMemory = {
  /** Timing of each rendition, by the address of its init segment. */
  timings: Map<string, Timing>
  /** Whether segments are handed on in pieces; switched off when that fails. */
  progressive: boolean
  /** An address under the ticket of now. */
  address(url: string): string
  /** Told when cutting failed, so that the player can go on with whole segments. */
  failed(error: Error): void
}

const newStats = (): LoaderStats => ({
  aborted: false,
  loaded: 0,
  retry: 0,
  total: 0,
  chunkCount: 0,
  bwEstimate: 0,
  loading: { start: 0, first: 0, end: 0 },
  parsing: { start: 0, end: 0 },
  buffering: { start: 0, first: 0, end: 0 },
})

/** A response made by the encoder just now tells nothing about the network. */
export const isLive = (response: unknown): boolean =>
  response instanceof Response && (response.headers.get('server-timing') ?? '').includes('enc')

export function createFragmentLoader(memory: LoaderMemory): HlsConfig['fLoader'] & object {
  class FragmentLoader implements Loader<FragmentLoaderContext> {
    context: FragmentLoaderContext | null = null
    stats = newStats()
    #abort = new AbortController()
    #callbacks: LoaderCallbacks<FragmentLoaderContext> | null = null
    #response: Response | null = null

    constructor(_config: HlsConfig) {}

    load(
      context: FragmentLoaderContext,
      config: LoaderConfiguration,
      callbacks: LoaderCallbacks<FragmentLoaderContext>,
    ) {
      this.context = context
      this.#callbacks = callbacks
      this.stats.loading.start = performance.now()
      void this.#run(context, config, callbacks)
    }

    async #run(
      context: FragmentLoaderContext,
      config: LoaderConfiguration,
      callbacks: LoaderCallbacks<FragmentLoaderContext>,
    ) {
      const { stats } = this
      let timer = setTimeout(() => this.#timeOut(), config.loadPolicy.maxTimeToFirstByteMs || config.timeout)
      try {
        const headers: Record<string, string> = context.rangeEnd
          ? { range: `bytes=${context.rangeStart ?? 0}-${context.rangeEnd - 1}` }
          : {}
        const response = await fetch(memory.address(context.url), { headers, signal: this.#abort.signal })
        this.#response = response
        clearTimeout(timer)
        timer = setTimeout(() => this.#timeOut(), config.loadPolicy.maxLoadTimeMs)
        stats.loading.first = performance.now()
        if (!response.ok || !response.body) {
          const text = await response.text()
          callbacks.onError({ code: response.status, text }, context, response, stats)
          return
        }
        const data = await this.#read(context, response, callbacks)
        stats.loading.end = performance.now()
        stats.total = stats.loaded
        callbacks.onSuccess({ url: response.url, data, code: response.status }, stats, context, response)
      } catch (error) {
        if (stats.aborted || this.#abort.signal.aborted) return
        const failure = error instanceof Error ? error : new Error(String(error))
        if (!(error instanceof TypeError)) memory.failed(failure)
        callbacks.onError({ code: 0, text: failure.message }, context, this.#response, stats)
      } finally {
        clearTimeout(timer)
      }
    }

    async #read(
      context: FragmentLoaderContext,
      response: Response,
      callbacks: LoaderCallbacks<FragmentLoaderContext>,
    ): Promise<ArrayBuffer> {
      const { frag } = context
      const { onProgress } = callbacks
      const isInit = frag.sn === 'initSegment'
      const initUrl = frag.initSegment?.url ?? ''
      const early = memory.progressive && frag.type !== 'subtitle' && !isInit && onProgress
      if (early && !memory.timings.has(initUrl)) await timingArrives(memory, initUrl)
      const cutter = createFragmentCutter(frag.duration, early ? (memory.timings.get(initUrl) ?? null) : null)
      const reader = response.body?.getReader()
      for (;;) {
        const read = await reader?.read()
        if (!read || read.done) break
        this.stats.loaded += read.value.length
        const piece = cutter.push(read.value)
        if (piece && onProgress) onProgress(this.stats, context, bufferOf(piece), response)
      }
      const rest = cutter.end()
      if (isInit) {
        const timing = readTiming(rest)
        if (timing) memory.timings.set(context.url, timing)
      }
      if (!onProgress || isInit) return bufferOf(rest)
      onProgress(this.stats, context, bufferOf(rest), response)
      return new ArrayBuffer(0)
    }

    #timeOut() {
      if (!this.context) return
      this.abortInternal()
      this.#callbacks?.onTimeout(this.stats, this.context, this.#response)
    }

    abortInternal() {
      this.stats.aborted = true
      this.#abort.abort()
    }

    abort() {
      if (this.stats.loading.end > 0 || this.stats.aborted) return
      this.abortInternal()
      if (this.context) this.#callbacks?.onAbort?.(this.stats, this.context, this.#response)
    }

    destroy() {
      if (this.stats.loading.end === 0) this.abortInternal()
      this.#callbacks = null
      this.context = null
    }

    getCacheAge() {
      return null
    }

    getResponseHeader(name: string) {
      return this.#response?.headers.get(name) ?? null
    }
  }
  return FragmentLoader
}

/** The first segment is fetched beside its init segment; cutting needs the timing that stands there. */
async function timingArrives(memory: LoaderMemory, initUrl: string): Promise<void> {
  for (let tries = 0; tries < 50 && !memory.timings.has(initUrl); tries++)
    await new Promise((resolve) => setTimeout(resolve, 10))
}

const bufferOf = (bytes: Uint8Array): ArrayBuffer =>
  bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer
    ? bytes.buffer
    : new Uint8Array(bytes).buffer
