// Notices a picture that waits and waits while nothing comes: no spinner turns for ever.
import type { Observable } from '../lib/observable.ts'
import type { PlayerState } from './player-state.ts'

const LOOK_EVERY_MS = 1000
/** Longer than the server lets anybody wait for a free encoder. */
export const AGAIN_SECONDS = 30
export const GIVE_UP_SECONDS = 60

/** `again`: the source may have got stuck, a new one may not. `giveUp`: nor did that help. */
export function watchForStuck(
  state: Observable<PlayerState>,
  signal: AbortSignal,
  { again, giveUp }: { again: () => void; giveUp: () => void },
): void {
  let last = ''
  let seconds = 0
  const timer = setInterval(() => {
    const { waiting, paused, seeking, error, positionSeconds, buffered } = state.get()
    const now = `${positionSeconds} ${JSON.stringify(buffered)}`
    const isWaiting = seeking || (waiting && !paused)
    seconds = isWaiting && !error && now === last ? seconds + 1 : 0
    last = now
    if (seconds === AGAIN_SECONDS) again()
    else if (seconds === GIVE_UP_SECONDS) giveUp()
  }, LOOK_EVERY_MS)
  signal.addEventListener('abort', () => clearInterval(timer))
}
