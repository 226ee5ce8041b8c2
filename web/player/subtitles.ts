// Subtitles: WebVTT read by the browser and drawn by us, ASS with JASSUB, PGS with libpgs, the last two loaded on demand.
import type { Playback, SubtitleChoice } from '#shared/api/playback.ts'

type Shown = { setOffset(seconds: number): void; remove(): void }

export type SubtitleEvents = { cues(cues: readonly VTTCue[]): void; failed(): void }

export function createSubtitles(media: HTMLVideoElement, events: SubtitleEvents) {
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
        ? await showAss(media, choice.url, fonts, events)
        : choice.format === 'pgs'
          ? await showPgs(media, choice.url, choice.codec === 'dvd_subtitle')
          : showWebVtt(media, choice.url, choice.language, events)
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
  { cues: onCues, failed }: SubtitleEvents,
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
  element.addEventListener('error', failed, { signal })
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

async function showAss(
  media: HTMLVideoElement,
  url: string,
  fonts: Playback['fonts'],
  { failed }: SubtitleEvents,
): Promise<Shown> {
  const { default: Jassub } = await import('jassub')
  const renderer = new Jassub({ video: media, subUrl: url, fonts: fonts.map((font) => font.url) })
  // By itself it draws with each new picture only: a film that stands still has none.
  const draw = () =>
    void renderer.manualRender(
      {
        mediaTime: media.currentTime,
        width: media.videoWidth,
        height: media.videoHeight,
        expectedDisplayTime: performance.now(),
      },
      true,
    )
  const ending = new AbortController()
  renderer.ready.then(() => {
    if (!ending.signal.aborted) draw()
  }, failed)
  return {
    setOffset(seconds: number) {
      renderer.timeOffset = -seconds
    },
    remove() {
      ending.abort()
      void renderer.destroy()
    },
  }
}

/** Discs' pictures: Blu-ray's keep their own shape over a film whose bars were cut off, DVDs' cover the film. */
async function showPgs(media: HTMLVideoElement, url: string, isDvd: boolean): Promise<Shown> {
  const [{ PgsRenderer }, { default: workerUrl }] = await Promise.all([
    import('libpgs'),
    import('libpgs/dist/libpgs.worker.js?url'),
  ])
  const frame = document.createElement('div')
  frame.className = 'pointer-events-none absolute inset-0 @container-[size]'
  const canvas = document.createElement('canvas')
  canvas.className = 'absolute inset-0 m-auto h-full w-full object-contain'
  frame.append(canvas)
  media.after(frame)
  const ending = new AbortController()
  const { signal } = ending
  const fit = () => {
    const shape = media.videoWidth / (media.videoHeight || 1)
    canvas.style.objectFit = 'fill'
    canvas.style.width = `min(100cqw, ${100 * shape}cqh)`
    canvas.style.height = `min(100cqh, ${100 / shape}cqw)`
  }
  if (isDvd) {
    fit()
    media.addEventListener('resize', fit, { signal })
  }
  const renderer = new PgsRenderer({ workerUrl, canvas })
  const remove = () => {
    ending.abort()
    renderer.dispose()
    frame.remove()
  }
  let offset = 0
  const draw = () => renderer.renderAtTimestamp(media.currentTime - offset)
  // The browser's own news of the time come four times a second: too seldom.
  const drawAlways = () => {
    if (signal.aborted) return
    draw()
    requestAnimationFrame(drawAlways)
  }
  try {
    await renderer.loadFromUrl(url)
  } catch (error) {
    remove()
    throw error
  }
  // The library takes the first picture for drawn already, which it is not where the film stands at it.
  renderer.renderAtTimestamp(-1)
  drawAlways()
  return {
    setOffset(seconds: number) {
      offset = seconds
    },
    remove,
  }
}
