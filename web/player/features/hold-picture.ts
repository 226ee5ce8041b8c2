// Keeps the last picture under the element while its source is changed, so that a change is not seen as black.
import type { FeatureContext } from '../player-state.ts'

export function attachHoldPicture({ media, signal }: FeatureContext) {
  let canvas: HTMLCanvasElement | null = null
  const drop = () => {
    canvas?.remove()
    canvas = null
  }
  media.addEventListener('loadeddata', drop, { signal })
  signal.addEventListener('abort', drop)
  return function holdPicture() {
    if (media.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || media.videoWidth === 0) return
    drop()
    canvas = document.createElement('canvas')
    canvas.width = media.videoWidth
    canvas.height = media.videoHeight
    canvas.className = 'absolute inset-0 h-full w-full object-contain'
    canvas.getContext('2d')?.drawImage(media, 0, 0)
    media.before(canvas)
  }
}
