// hls.js' choice of rendition without its abandon rule and without samples that measure the encoder, not the network.
import type Hls from 'hls.js'
import type { AbrController, FragBufferedData } from 'hls.js'
import { isLive } from './fragment-loader.ts'

export function createQualityController(Base: typeof AbrController): typeof AbrController {
  return class QualityController extends Base {
    #live = new WeakSet<object>()

    constructor(hls: Hls) {
      super(hls)
      hls.on(
        'hlsFragLoaded' as never,
        ((_name: string, data: { frag: object; networkDetails: unknown }) => {
          if (isLive(data.networkDetails)) this.#live.add(data.frag)
        }) as never,
      )
    }

    protected override onFragLoading() {
      // Leaving a half-encoded segment for a lower rung would start a second encode and help nobody.
    }

    protected override onFragBuffered(name: never, data: FragBufferedData) {
      if (!this.#live.has(data.frag)) super.onFragBuffered(name, data)
    }
  }
}
