// The seek bar: what is buffered, chapters, the time and picture under the pointer, touch and keys.
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useObservable } from '../lib/use-observable.ts'
import { clock } from '../lib/clock-text.ts'
import { barTolerance } from './aim.ts'
import { loadPreviews, type Preview } from './previews.ts'
import type { Player } from './player.ts'

const PREVIEW_WIDTH = 220

export function SeekBar({ player }: { player: Player }) {
  const { t } = useTranslation()
  const { positionSeconds, durationSeconds, buffered } = useObservable(player.state)
  const bar = useRef<HTMLDivElement>(null)
  const [hoverSeconds, setHover] = useState<number | null>(null)
  const [dragSeconds, setDrag] = useState<number | null>(null)
  const { previewsUrl, chapters } = player.playback
  const previews = usePreviews(previewsUrl)

  const total = durationSeconds || 1
  const percent = (seconds: number) => `${Math.min(100, Math.max(0, (seconds / total) * 100))}%`
  const secondsAt = ({ clientX, pointerType }: { clientX: number; pointerType: string }) => {
    const box = bar.current?.getBoundingClientRect()
    if (!box) return 0
    const seconds = Math.min(1, Math.max(0, (clientX - box.left) / box.width)) * total
    return player.aim(seconds, barTolerance(pointerType, box.width, total))
  }
  const shown = dragSeconds ?? positionSeconds
  const over = dragSeconds ?? hoverSeconds
  const isIn = (item: { startSeconds: number; endSeconds: number }) =>
    over !== null && over >= item.startSeconds && over < item.endSeconds
  const preview = previews.find(isIn)
  const chapter = chapters.find(isIn)

  return (
    // An input cannot hold what is buffered, chapters and pictures.
    <div
      ref={bar}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="slider"
      tabIndex={0}
      aria-label={t('player.position')}
      aria-valuemin={0}
      aria-valuemax={Math.round(total)}
      aria-valuenow={Math.round(shown)}
      aria-valuetext={t('player.positionText', { at: clock(shown), length: clock(total) })}
      className="group relative flex h-9 cursor-pointer touch-none items-center outline-none"
      onPointerDown={(event) => {
        event.preventDefault()
        event.currentTarget.setPointerCapture(event.pointerId)
        setDrag(secondsAt(event))
      }}
      onPointerMove={(event) => {
        if (event.pointerType === 'mouse') setHover(secondsAt(event))
        if (dragSeconds !== null) setDrag(secondsAt(event))
      }}
      onPointerUp={(event) => {
        if (dragSeconds !== null) player.seek(secondsAt(event))
        setDrag(null)
      }}
      onPointerCancel={() => setDrag(null)}
      onPointerLeave={() => setHover(null)}
    >
      <div className="relative h-1 w-full overflow-hidden rounded-full bg-white/20 transition-[height] duration-150 group-hover:h-2 group-focus-visible:h-2 pointer-coarse:h-1.5">
        {buffered.map(([start, end]) => (
          <div
            key={start}
            className="absolute inset-y-0 bg-white/30"
            style={{ left: percent(start), width: percent(end - start) }}
          />
        ))}
        {over !== null && <div className="absolute inset-y-0 bg-white/30" style={{ width: percent(over) }} />}
        <div className="absolute inset-y-0 left-0 bg-accent" style={{ width: percent(shown) }} />
        {chapters.slice(1).map((item) => (
          <div
            key={item.startSeconds}
            className="absolute inset-y-0 w-[3px] -translate-x-1/2 bg-black/80"
            style={{ left: percent(item.startSeconds) }}
          />
        ))}
      </div>
      <div
        className="pointer-events-none absolute size-4 -translate-x-1/2 scale-0 rounded-full bg-accent shadow-lg transition-transform duration-150 group-hover:scale-100 group-focus-visible:scale-100 group-focus-visible:ring-4 group-focus-visible:ring-white/40 pointer-coarse:scale-100"
        style={{ left: percent(shown) }}
      />
      {over !== null && (
        <div
          className="pointer-events-none absolute bottom-10 flex -translate-x-1/2 flex-col items-center gap-2"
          style={{
            left: `clamp(${preview ? PREVIEW_WIDTH / 2 : 60}px, ${percent(over)}, calc(100% - ${preview ? PREVIEW_WIDTH / 2 : 60}px))`,
          }}
        >
          {preview && <PreviewPicture preview={preview} />}
          <div className="max-w-72 truncate rounded-full bg-neutral-950/85 px-3 py-1 text-sm font-medium whitespace-nowrap tabular-nums ring-1 ring-white/10">
            {clock(over)}
            {chapter?.title ? ` · ${chapter.title}` : ''}
          </div>
        </div>
      )}
    </div>
  )
}

function usePreviews(url: string | null): readonly Preview[] {
  const [previews, setPreviews] = useState<readonly Preview[]>([])
  useEffect(() => {
    if (!url) return
    const ending = new AbortController()
    loadPreviews(url, ending.signal).then(setPreviews, () => undefined)
    return () => ending.abort()
  }, [url])
  return previews
}

function PreviewPicture({ preview }: { preview: Preview }) {
  const scale = PREVIEW_WIDTH / preview.width
  return (
    <div
      className="overflow-hidden rounded-lg bg-black shadow-2xl ring-2 ring-white/70"
      style={{ width: PREVIEW_WIDTH, height: preview.height * scale }}
    >
      <div
        style={{
          width: preview.width,
          height: preview.height,
          transformOrigin: '0 0',
          transform: `scale(${scale})`,
          background: `url("${preview.url}") -${preview.x}px -${preview.y}px`,
        }}
      />
    </div>
  )
}
