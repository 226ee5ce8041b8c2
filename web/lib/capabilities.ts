// What this browser plays, asked for the very tracks of the file; never a table of browsers.
import type { ClientCapabilities } from '#shared/media.ts'

export type Questions = { mse: readonly string[]; direct: readonly string[] }

export function readCapabilities(questions: Questions): ClientCapabilities {
  const element = document.createElement('video')
  const hasMse = typeof MediaSource !== 'undefined'
  const plays = (type: string) => element.canPlayType(type) !== ''
  const scale = window.devicePixelRatio || 1
  return {
    mse: questions.mse
      .filter((type) => (hasMse ? MediaSource.isTypeSupported(type) : plays(type)))
      .slice(0, 100),
    direct: questions.direct.filter(plays).slice(0, 100),
    maxWidth: Math.max(1, Math.round(Math.max(screen.width, screen.height) * scale)),
    maxHeight: Math.max(1, Math.round(Math.min(screen.width, screen.height) * scale)),
    hdr: matchMedia('(dynamic-range: high)').matches,
  }
}
