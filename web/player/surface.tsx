// The picture as a button: a click plays or pauses; on touch a tap shows or hides the controls, a double tap skips.
import { useRef, useState } from 'react'
import type { Player } from './player.ts'

const DOUBLE_TAP_MS = 300
const LONG_PRESS_MS = 500

export function Surface({
  player,
  onTap,
  onMouse,
}: {
  player: Player
  onTap: () => void
  onMouse: () => boolean
}) {
  const lastTapMs = useRef(0)
  const tapTimer = useRef(0)
  const pressTimer = useRef(0)
  const rateBefore = useRef<number | null>(null)
  const [ripple, setRipple] = useState<{ side: 'left' | 'right'; key: number } | null>(null)

  function release() {
    window.clearTimeout(pressTimer.current)
    if (rateBefore.current === null) return false
    player.setRate(rateBefore.current)
    rateBefore.current = null
    return true
  }
  function doubleTap(place: number, key: number) {
    const side = place < 0.35 ? 'left' : place > 0.65 ? 'right' : null
    if (side === null) return player.toggle()
    player.skip(side === 'left' ? -10 : 10)
    setRipple({ side, key })
  }

  return (
    <div
      className="absolute inset-0 touch-manipulation"
      onPointerDown={(event) => {
        if (event.pointerType !== 'touch') return
        pressTimer.current = window.setTimeout(() => {
          if (player.state.get().paused) return
          rateBefore.current = player.state.get().rate
          player.setRate(2)
        }, LONG_PRESS_MS)
      }}
      onPointerCancel={release}
      onContextMenu={(event) => event.preventDefault()}
      onPointerUp={(event) => {
        if (event.pointerType === 'mouse') {
          if (event.button === 0 && !onMouse()) player.toggle()
          return
        }
        if (release()) return
        const isDouble = event.timeStamp - lastTapMs.current < DOUBLE_TAP_MS
        lastTapMs.current = event.timeStamp
        window.clearTimeout(tapTimer.current)
        if (isDouble) doubleTap(event.nativeEvent.offsetX / event.currentTarget.clientWidth, event.timeStamp)
        else tapTimer.current = window.setTimeout(onTap, DOUBLE_TAP_MS)
      }}
      onDoubleClick={(event) => {
        // Touch sends it too, after its two taps.
        if (matchMedia('(pointer: fine)').matches && event.detail === 2) void player.toggleFullScreen()
      }}
    >
      {ripple && (
        <span
          key={ripple.key}
          onAnimationEnd={() => setRipple(null)}
          className={`pointer-events-none absolute inset-y-0 grid w-2/5 animate-[ping_500ms_ease-out_1] place-items-center bg-white/10 text-2xl font-semibold ${ripple.side === 'left' ? 'left-0 rounded-r-full' : 'right-0 rounded-l-full'}`}
        >
          {ripple.side === 'left' ? '−10' : '+10'}
        </span>
      )}
    </div>
  )
}
