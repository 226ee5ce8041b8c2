// Play, pause, rate, ended, waiting; counts stalls and times the first picture.
import type { FeatureContext } from '../player-state.ts'

export function attachPlayback({ media, state, patch, signal }: FeatureContext) {
  const startedAtMs = performance.now()
  const on = (name: string, listener: () => void) => media.addEventListener(name, listener, { signal })
  on('play', () => patch({ paused: false, ended: false }))
  on('pause', () => patch({ paused: true }))
  on('ended', () => patch({ ended: true, paused: true }))
  on('waiting', () => {
    const { seeking, firstFrameMs, stalls } = state.get()
    patch({ waiting: true, ...(!seeking && firstFrameMs !== null && { stalls: stalls + 1 }) })
  })
  on('playing', () => patch({ waiting: false }))
  on('canplay', () => patch({ waiting: false }))
  // People choose quarters; a party nudges the rate a little to stay in step, which is nobody's choice.
  on('ratechange', () => patch({ rate: Math.round(media.playbackRate * 4) / 4 }))
  on('loadeddata', () => {
    if (state.get().firstFrameMs === null)
      patch({ firstFrameMs: Math.round(performance.now() - startedAtMs) })
  })
  return {
    /** A browser that forbids sound without a gesture gets a muted start: moving pictures beat a dead page. */
    async play() {
      try {
        await media.play()
      } catch (error) {
        if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return
        media.muted = true
        await media.play().catch(() => undefined)
      }
    },
    pause: () => media.pause(),
    setRate(rate: number) {
      media.playbackRate = Math.min(4, Math.max(0.25, rate))
    },
  }
}
