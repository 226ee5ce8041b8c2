// The seek bar: buffered parts, chapters, the time and picture under the pointer, touch and keys.
import { useEffect, useRef, useState } from 'react'
import { useObservable } from '../lib/use-observable.ts'
import { loadPreviews, type Preview } from './previews.ts'
import type { Player } from './player.ts'
import { clock } from './clock-text.ts'

export function SeekBar({ player }: { player: Player }) {
  const { positionSeconds, durationSeconds, buffered } = useObservable(player.state)
  const bar = useRef<HTMLDivElement>(null)
  const [hoverSeconds, setHover] = useState<number | null>(null)
  const [dragSeconds, setDrag] = useState<number | null>(null)
  const [previews, setPreviews] = useState<readonly Preview[]>([])
  const { previewsUrl, chapters } = player.playback
  useEffect(() => {
    if (!previewsUrl) return
    const ending = new AbortController()
    loadPreviews(previewsUrl, ending.signal).then(setPreviews, () => undefined)
    return () => ending.abort()
  }, [previewsUrl])

  const total = durationSeconds || 1
  const percent = (seconds: number) => `${Math.min(100, Math.max(0, (seconds / total) * 100))}%`
  const secondsAt = (clientX: number) => {
    const box = bar.current?.getBoundingClientRect()
    return box ? Math.min(1, Math.max(0, (clientX - box.left) / box.width)) * total : 0
  }
  const shown = dragSeconds ?? positionSeconds
  const over = dragSeconds ?? hoverSeconds
  const preview =
    over === null ? undefined : previews.find((item) => over >= item.startSeconds && over < item.endSeconds)
  const chapter =
    over === null ? undefined : chapters.find((item) => over >= item.startSeconds && over < item.endSeconds)

  return (
    <div
      ref={bar}
      role="slider"
      tabIndex={0}
      aria-label="Position"
      aria-valuemin={0}
      aria-valuemax={Math.round(total)}
      aria-valuenow={Math.round(shown)}
      aria-valuetext={`${clock(shown)} of ${clock(total)}`}
      className="group relative flex h-8 cursor-pointer touch-none items-center rounded outline-none focus-visible:ring-2 focus-visible:ring-white"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        setDrag(secondsAt(event.clientX))
      }}
      onPointerMove={(event) => {
        setHover(secondsAt(event.clientX))
        if (dragSeconds !== null) setDrag(secondsAt(event.clientX))
      }}
      onPointerUp={(event) => {
        if (dragSeconds !== null) player.seek(secondsAt(event.clientX))
        setDrag(null)
      }}
      onPointerCancel={() => setDrag(null)}
      onPointerLeave={() => setHover(null)}
    >
      <div className="relative h-1 w-full overflow-hidden rounded-full bg-white/25 transition-[height] group-hover:h-1.5">
        {buffered.map(([start, end]) => (
          <div
            key={start}
            className="absolute inset-y-0 bg-white/35"
            style={{ left: percent(start), width: percent(end - start) }}
          />
        ))}
        <div className="absolute inset-y-0 left-0 bg-amber-400" style={{ width: percent(shown) }} />
        {chapters.slice(1).map((item) => (
          <div
            key={item.startSeconds}
            className="absolute inset-y-0 w-0.5 bg-black/70"
            style={{ left: percent(item.startSeconds) }}
          />
        ))}
      </div>
      <div
        className="pointer-events-none absolute size-3.5 -translate-x-1/2 rounded-full bg-amber-400 shadow transition-transform group-hover:scale-125"
        style={{ left: percent(shown) }}
      />
      {over !== null && (
        <div
          className="pointer-events-none absolute bottom-8 flex -translate-x-1/2 flex-col items-center gap-1"
          style={{ left: `clamp(5rem, ${percent(over)}, calc(100% - 5rem))` }}
        >
          {preview && (
            <div
              className="rounded-md border border-white/40 bg-black shadow-xl"
              style={{
                width: preview.width,
                height: preview.height,
                background: `url("${preview.url}") -${preview.x}px -${preview.y}px`,
              }}
            />
          )}
          <div className="rounded bg-black/85 px-2 py-0.5 text-xs whitespace-nowrap text-white tabular-nums">
            {clock(over)}
            {chapter?.title ? ` · ${chapter.title}` : ''}
          </div>
        </div>
      )}
    </div>
  )
}
