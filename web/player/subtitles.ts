// Subtitles: WebVTT read by the browser and drawn by us, ASS with JASSUB, PGS with libpgs, the last two loaded on demand.
import type { Playback, SubtitleChoice } from '#shared/api/playback.ts'

type Shown = { setOffset(seconds: number): void; remove(): void }

export function createSubtitles(media: HTMLVideoElement, onCues: (cues: readonly VTTCue[]) => void) {
  let shown: Shown | null = null
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
          : showWebVtt(media, choice.url, choice.language, onCues)
    if (mine !== generation) return next.remove()
    shown = next
    if (offsetSeconds !== 0) next.setOffset(offsetSeconds)
  }

  return { show, clear, setOffset: (seconds: number) => shown?.setOffset(seconds) }
}

/** Hidden, so that the browser times the cues and we draw them: sized, and clear of the controls. */
function showWebVtt(
  media: HTMLVideoElement,
  url: string,
  language: string | null,
  onCues: (cues: readonly VTTCue[]) => void,
): Shown {
  const element = document.createElement('track')
  const ending = new AbortController()
  const { signal } = ending
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
  const draw = () => onCues([...(element.track.activeCues ?? [])].filter((cue) => cue instanceof VTTCue))
  element.addEventListener('load', apply, { signal })
  element.track.addEventListener('cuechange', draw, { signal })
  // The iPhone's own full screen shows nothing of the page.
  media.addEventListener('webkitbeginfullscreen', () => (element.track.mode = 'showing'), { signal })
  media.addEventListener('webkitendfullscreen', () => (element.track.mode = 'hidden'), { signal })
  media.append(element)
  element.track.mode = 'hidden'
  return {
    setOffset(seconds: number) {
      wanted = seconds
      apply()
    },
    remove() {
      ending.abort()
      element.remove()
      onCues([])
    },
  }
}

async function showAss(media: HTMLVideoElement, url: string, fonts: Playback['fonts']): Promise<Shown> {
  const { default: Jassub } = await import('jassub')
  const renderer = new Jassub({ video: media, subUrl: url, fonts: fonts.map((font) => font.url) })
  return {
    setOffset(seconds: number) {
      renderer.timeOffset = -seconds
    },
    remove: () => void renderer.destroy(),
  }
}

async function showPgs(media: HTMLVideoElement, url: string): Promise<Shown> {
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
