// Volume and mute, remembered on this device.
import type { FeatureContext } from '../player-state.ts'

const KEY = 'player.volume'
/** Nobody's choice: a party rehearses its start so quietly that it is not heard. Not shown and not remembered. */
export const HUSHED = 0.0005

export function attachVolume({ media, patch, signal }: FeatureContext) {
  const saved = Number(localStorage.getItem(KEY) ?? '1')
  media.volume = saved >= 0 && saved <= 1 ? saved : 1
  patch({ volume: media.volume, muted: media.muted })
  media.addEventListener(
    'volumechange',
    () => {
      if (media.volume === HUSHED) return
      patch({ volume: media.volume, muted: media.muted })
      localStorage.setItem(KEY, String(media.volume))
    },
    { signal },
  )
  return {
    setVolume(volume: number) {
      media.volume = Math.min(1, Math.max(0, volume))
      media.muted = media.volume === 0
    },
    toggleMute() {
      media.muted = !media.muted
      if (!media.muted && media.volume === 0) media.volume = 0.5
    },
  }
}
