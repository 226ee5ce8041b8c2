// Counts from the end of an episode to the next one, and begins it.
import { useEffect, useRef, useState } from 'react'
import { useObservable } from '../lib/use-observable.ts'
import { type NextMove, nextMove, type Presence, savedNextAfterSeconds } from './auto-next.ts'
import type { Player } from './player.ts'

const TICK_MS = 1000
const OFFER: NextMove = { kind: 'offer' }
const INPUTS = ['pointerdown', 'pointermove', 'keydown'] as const

/** Without `presence` nothing begins by itself. */
export function useAutoNext(
  player: Player,
  onNext: (() => void) | undefined,
  presence: Presence | undefined,
): { move: NextMove; cancel: () => void } {
  const { ended, error } = useObservable(player.state)
  const [isCancelled, setCancelled] = useState(false)
  const [move, setMove] = useState<NextMove>(OFFER)
  const next = useRef(onNext)
  useEffect(() => {
    next.current = onNext
  }, [onNext])
  const hiddenSinceMs = useRef<number | null>(null)

  useEffect(() => {
    if (!presence) return
    const ending = new AbortController()
    const { signal } = ending
    const look = () => (hiddenSinceMs.current = document.hidden ? performance.now() : null)
    look()
    document.addEventListener('visibilitychange', look, { signal })
    for (const input of INPUTS) window.addEventListener(input, presence.touched, { signal })
    return () => ending.abort()
  }, [presence])

  const counts = ended && !error && !isCancelled && onNext !== undefined && presence !== undefined
  useEffect(() => {
    if (!counts) return
    let countedSeconds = 0
    const step = () => {
      // Whoever watches in a small window over others sees it all.
      const sinceMs = player.state.get().pictureInPicture ? null : hiddenSinceMs.current
      const now = nextMove({
        nextAfterSeconds: savedNextAfterSeconds(),
        countedSeconds,
        isCancelled: false,
        episodesAlone: presence.episodesAlone(),
        hiddenSeconds: sinceMs === null ? 0 : (performance.now() - sinceMs) / 1000,
      })
      setMove(now)
      if (now.kind === 'count') countedSeconds++
      if (now.kind !== 'start') return
      window.clearInterval(timer)
      presence.beganAlone()
      next.current?.()
    }
    const timer = window.setInterval(step, TICK_MS)
    step()
    return () => {
      window.clearInterval(timer)
      setMove(OFFER)
    }
  }, [counts, presence, player])
  return { move, cancel: () => setCancelled(true) }
}
