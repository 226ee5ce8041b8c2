// Notices a browser that plays the sound of a file but not its pictures, whatever it had said of the file's type.

/** Of playing without one new picture; films are never so still, and a wrong guess costs nothing but a change of source. */
const FROZEN_SECONDS = 2

export function watchForFrozenPicture(
  media: HTMLVideoElement,
  signal: AbortSignal,
  onFrozen: () => void,
): void {
  let last = { frames: -1, atSeconds: 0 }
  media.addEventListener(
    'timeupdate',
    () => {
      const { totalVideoFrames: frames } = media.getVideoPlaybackQuality()
      const isShown = media.videoWidth > 0 && !document.hidden && !media.paused && !media.seeking
      const passedSeconds = media.currentTime - last.atSeconds
      if (!isShown || frames !== last.frames || passedSeconds < 0)
        last = { frames, atSeconds: media.currentTime }
      else if (passedSeconds > FROZEN_SECONDS * media.playbackRate) onFrozen()
    },
    { signal },
  )
}
