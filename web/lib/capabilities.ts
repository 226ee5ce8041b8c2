// What this browser plays, asked for the very tracks of the file; never a table of browsers.
import type { ClientCapabilities } from '#shared/media.ts'

const UNPLAYABLE_KEY = 'player.unplayable'
const MOST_UNPLAYABLE = 50

function unplayable(): string[] {
  const kept = sessionStorage.getItem(UNPLAYABLE_KEY)
  return kept ? kept.split('\n') : []
}

/** This browser said that it plays such files, and was seen not to: for this session it is not believed any more. */
export function rememberUnplayable(directType: string): void {
  const all = [...new Set([...unplayable(), directType])].slice(-MOST_UNPLAYABLE)
  sessionStorage.setItem(UNPLAYABLE_KEY, all.join('\n'))
}

export type Questions = { mse: readonly string[]; direct: readonly string[] }

export function readCapabilities(questions: Questions): ClientCapabilities {
  const element = document.createElement('video')
  const hasMse = typeof MediaSource !== 'undefined'
  const plays = (type: string) => element.canPlayType(type) !== ''
  const known = unplayable()
  const scale = window.devicePixelRatio || 1
  return {
    mse: questions.mse
      .filter((type) => (hasMse ? MediaSource.isTypeSupported(type) : plays(type)))
      .slice(0, 100),
    direct: questions.direct.filter((type) => plays(type) && !known.includes(type)).slice(0, 100),
    maxWidth: Math.max(1, Math.round(Math.max(screen.width, screen.height) * scale)),
    maxHeight: Math.max(1, Math.round(Math.min(screen.width, screen.height) * scale)),
    hdr: matchMedia('(dynamic-range: high)').matches,
  }
}
