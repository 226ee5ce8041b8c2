// Draws subtitles: WebVTT as a native track, ASS with JASSUB, PGS with libpgs, the last two loaded on demand.
import type { Playback, SubtitleChoice } from '#shared/api/playback.ts'

export function createSubtitles(media: HTMLVideoElement) {
  let shown: { setOffset(seconds: number): void; remove(): void } | null = null
  let generation = 0

  function clear() {
    generation += 1
    shown?.remove()
    shown = null
  }

  async function show(choice: SubtitleChoice | null, fonts: Playback['fonts'], offsetSeconds: number) {
    clear()
    if (!choice?.url) return
    const mine = generation
    const next =
      choice.format === 'ass'
        ? await showAss(media, choice.url, fonts)
        : choice.format === 'pgs'
          ? await showPgs(media, choice.url)
          : showWebVtt(media, choice.url, choice.language)
    if (mine !== generation) return next.remove()
    shown = next
    if (offsetSeconds !== 0) next.setOffset(offsetSeconds)
  }

  return { show, clear, setOffset: (seconds: number) => shown?.setOffset(seconds) }
}

function showWebVtt(media: HTMLVideoElement, url: string, language: string | null) {
  const element = document.createElement('track')
  element.kind = 'subtitles'
  element.src = url
  if (language) element.srclang = language
  let wanted = 0
  let applied = 0
  const apply = () => {
    for (const cue of element.track.cues ?? []) {
      cue.startTime += wanted - applied
      cue.endTime += wanted - applied
    }
    if (element.track.cues) applied = wanted
  }
  element.addEventListener('load', apply)
  media.append(element)
  element.track.mode = 'showing'
  return {
    setOffset(seconds: number) {
      wanted = seconds
      apply()
    },
    remove: () => element.remove(),
  }
}

async function showAss(media: HTMLVideoElement, url: string, fonts: Playback['fonts']) {
  const { default: Jassub } = await import('jassub')
  const renderer = new Jassub({ video: media, subUrl: url, fonts: fonts.map((font) => font.url) })
  return {
    setOffset(seconds: number) {
      renderer.timeOffset = -seconds
    },
    remove: () => void renderer.destroy(),
  }
}

async function showPgs(media: HTMLVideoElement, url: string) {
  const [{ PgsRenderer }, { default: workerUrl }] = await Promise.all([
    import('libpgs'),
    import('libpgs/dist/libpgs.worker.js?url'),
  ])
  const renderer = new PgsRenderer({ workerUrl, video: media, subUrl: url })
  return {
    setOffset(seconds: number) {
      renderer.timeOffset = -seconds
    },
    remove: () => renderer.dispose(),
  }
}
