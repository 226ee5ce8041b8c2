// hls.js' choice of rendition, told how fast the server makes each one, and without its abandon rule.
import type Hls from 'hls.js'
import type { AbrController, FragBufferedData, FragLoadedData } from 'hls.js'
import { mustBeginAnew } from './change-type.ts'
import { createEncodeSpeeds } from './encode-speeds.ts'
import { isLive } from './fragment-loader.ts'

/** An encode that begins now has no picture so soon. */
const UNDER_WAY_MS = 60

export function createQualityController(Base: typeof AbrController): typeof AbrController {
  return class QualityController extends Base {
    #live = new WeakSet<object>()
    #speeds: ReturnType<typeof createEncodeSpeeds>
    #hls: Hls

    constructor(hls: Hls) {
      super(hls)
      this.#hls = hls
      // The player begins with the rendition that the server called cheap.
      this.#speeds = createEncodeSpeeds(
        () => performance.now(),
        () => hls.config.startLevel ?? 0,
      )
      hls.on(
        'hlsFragLoaded' as never,
        ((_name: string, data: FragLoadedData) => this.#onLoaded(data)) as never,
      )
    }

    #onLoaded({ frag, networkDetails }: FragLoadedData) {
      if (!isLive(networkDetails)) return
      this.#live.add(frag)
      const { start, first, end } = frag.stats.loading
      if (frag.type === 'main' && frag.sn !== 'initSegment')
        this.#speeds.made(frag.level, end - start, frag.duration, first - start < UNDER_WAY_MS)
    }

    override get nextAutoLevel(): number {
      const { media } = this.#hls
      const isWaiting = !media || media.seeking || media.readyState < HTMLMediaElement.HAVE_FUTURE_DATA
      const best = this.#speeds.bestUpTo(super.nextAutoLevel, isWaiting)
      return mustBeginAnew(this.#hls, best) ? this.#hls.loadLevel : best
    }

    override set nextAutoLevel(level: number) {
      super.nextAutoLevel = level
    }

    protected override onFragLoading() {
      // Leaving a half-encoded segment for a lower rung would start a second encode and help nobody.
    }

    protected override onFragBuffered(name: never, data: FragBufferedData) {
      // How long an encode took tells nothing about the network.
      if (!this.#live.has(data.frag)) super.onFragBuffered(name, data)
    }
  }
}
