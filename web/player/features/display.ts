// Full screen and picture in picture.
import type { FeatureContext } from '../player-state.ts'

/** Safari on the iPhone can only show the bare element in full screen. */
type WithWebKit = HTMLVideoElement & { webkitEnterFullscreen?: () => void }

export function attachDisplay({ media, patch, signal }: FeatureContext) {
  document.addEventListener(
    'fullscreenchange',
    () => patch({ fullScreen: document.fullscreenElement !== null }),
    { signal },
  )
  media.addEventListener('enterpictureinpicture', () => patch({ pictureInPicture: true }), { signal })
  media.addEventListener('leavepictureinpicture', () => patch({ pictureInPicture: false }), { signal })
  return {
    canPictureInPicture: document.pictureInPictureEnabled === true,
    /** The frame round the video goes full screen, so that controls and subtitles come along. */
    async toggleFullScreen() {
      if (document.fullscreenElement) return document.exitFullscreen().catch(() => undefined)
      const frame =
        media.closest<HTMLElement>('[data-stage]') ?? media.closest<HTMLElement>('[data-player]') ?? media
      if (frame.requestFullscreen) return frame.requestFullscreen().catch(() => undefined)
      ;(media as WithWebKit).webkitEnterFullscreen?.()
    },
    async togglePictureInPicture() {
      if (document.pictureInPictureElement) return document.exitPictureInPicture().catch(() => undefined)
      if (document.pictureInPictureEnabled) await media.requestPictureInPicture().catch(() => undefined)
    },
  }
}
