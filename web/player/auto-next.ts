// When the next episode begins by itself (pure), and this device's choice of it.

const KEY = 'player.nextAfterSeconds'
const USUAL_SECONDS = 10
/** So many in a row begin without a touch; before the next one somebody is asked whether anybody is there. */
export const EPISODES_ALONE = 3
/** A page out of sight for longer is one that nobody came back to. */
export const LONG_HIDDEN_SECONDS = 300

/** Seconds from the end of one episode to the next; 0: only by hand. */
export function savedNextAfterSeconds(): number {
  const saved = Number(localStorage.getItem(KEY) ?? USUAL_SECONDS)
  return saved >= 0 ? saved : USUAL_SECONDS
}

export function saveStartsNext(starts: boolean): void {
  if (starts) localStorage.removeItem(KEY)
  else localStorage.setItem(KEY, '0')
}

/** Knows how many episodes began by themselves since somebody touched anything; outlives the player of each. */
export function createPresence() {
  let episodesAlone = 0
  return {
    episodesAlone: () => episodesAlone,
    touched() {
      episodesAlone = 0
    },
    beganAlone() {
      episodesAlone++
    },
  }
}
export type Presence = ReturnType<typeof createPresence>

export type AfterEnd = {
  nextAfterSeconds: number
  /** Counted down so far. */
  countedSeconds: number
  isCancelled: boolean
  /** Begun by themselves since somebody last touched anything. */
  episodesAlone: number
  hiddenSeconds: number
}

/** `offer`: waits for a hand. `ask`: so does it, with a question. The count stands still meanwhile. */
export type NextMove = { kind: 'offer' | 'ask' | 'start' } | { kind: 'count'; leftSeconds: number }

export function nextMove(at: AfterEnd): NextMove {
  if (at.isCancelled || at.nextAfterSeconds === 0) return { kind: 'offer' }
  if (at.episodesAlone >= EPISODES_ALONE || at.hiddenSeconds > LONG_HIDDEN_SECONDS) return { kind: 'ask' }
  const leftSeconds = at.nextAfterSeconds - at.countedSeconds
  return leftSeconds > 0 ? { kind: 'count', leftSeconds } : { kind: 'start' }
}
