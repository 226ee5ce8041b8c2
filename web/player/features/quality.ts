// Renditions: chosen by the player or fixed by hand.
import type { FeatureContext } from '../player-state.ts'
import type { Source } from '../source.ts'

export function attachQuality({ patch }: FeatureContext, source: () => Source | null) {
  return {
    setQuality(level: number | null) {
      patch({ fixedLevel: level })
      source()?.setLevel(level)
    },
  }
}
