// The player on the page: the element, and over it everything people use.
import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { Playback } from '#shared/api/playback.ts'
import type { Presence } from './auto-next.ts'
import { Overlay } from './overlay.tsx'
import { createPlayer, type Intent, type Player, type ReopenWish } from './player.ts'
import { keepProgress } from './progress.ts'

export type PlayerViewProps = {
  playback: Playback
  startSeconds: number
  /** Guests have no history of their own. */
  savesProgress?: boolean
  /** A party takes over play, pause, seek and rate. */
  onIntent?: (intent: Intent) => void
  onPlayer?: (player: Player) => void
  onNext?: () => void
  /** Kept by the page from one episode to the next. Without it the next one waits for a hand. */
  presence?: Presence
  /** Out of the player, where no further attempt helps. */
  onBack?: () => void
  /** The title's picture, for the lock screen. */
  poster?: string | undefined
  /** Asks the server anew, when it has forgotten this playback. */
  reopen?: (wish: ReopenWish) => Promise<Playback>
  /** Lies at the top, beside the title: a way back, the party's people. */
  header?: ReactNode
}

export function PlayerView({
  playback,
  startSeconds,
  savesProgress = true,
  onIntent,
  onPlayer,
  onNext,
  presence,
  onBack,
  poster,
  reopen,
  header,
}: PlayerViewProps) {
  const video = useRef<HTMLVideoElement>(null)
  const [player, setPlayer] = useState<Player | null>(null)
  const latest = useRef({ onIntent, onPlayer, reopen })
  latest.current = { onIntent, onPlayer, reopen }
  const isLed = onIntent !== undefined
  const canReopen = reopen !== undefined

  useEffect(() => {
    if (!video.current) return
    const made = createPlayer({
      media: video.current,
      playback,
      startSeconds,
      ...(isLed && { onIntent: (intent: Intent) => latest.current.onIntent?.(intent) }),
      ...(canReopen && {
        reopen: (wish) => latest.current.reopen?.(wish) ?? Promise.reject(new Error('The page is closed.')),
      }),
    })
    const progress = keepProgress(made, { saves: savesProgress })
    setPlayer(made)
    latest.current.onPlayer?.(made)
    return () => {
      progress[Symbol.dispose]()
      made[Symbol.dispose]()
    }
    // A new playback is a new player; where it starts is only read then.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [playback.id, isLed, canReopen, savesProgress])

  return (
    <div data-player className="relative h-full w-full overflow-hidden bg-black select-none">
      {/* Subtitles are attached when chosen. */}
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption */}
      <video ref={video} playsInline className="absolute inset-0 h-full w-full object-contain" />
      {player && (
        <Overlay
          player={player}
          header={header}
          onNext={playback.nextTitleId ? onNext : undefined}
          onBack={onBack}
          poster={poster}
          presence={presence}
        />
      )}
    </div>
  )
}
