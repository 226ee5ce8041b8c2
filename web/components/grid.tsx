// A virtual grid of posters: only the rows near the screen exist, the page scrolls as if all did.
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { TitleCard } from '#shared/api/catalog.ts'
import { Poster } from './poster.tsx'

const GAP_PX = 20
/** Name and year under the poster. */
const TEXT_PX = 58

export function Grid({ items, onEnd }: { items: TitleCard[]; onEnd: () => void }) {
  const box = useRef<HTMLDivElement>(null)
  const [{ width, top }, measure] = useState({ width: 0, top: 0 })
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const watcher = new ResizeObserver(() => measure({ width: element.clientWidth, top: element.offsetTop }))
    watcher.observe(element)
    return () => watcher.disconnect()
  }, [])
  const columns = Math.max(2, Math.floor((width + GAP_PX) / ((width < 600 ? 140 : 172) + GAP_PX)))
  const posterPx = (width - (columns - 1) * GAP_PX) / columns
  const rowPx = posterPx * 1.5 + TEXT_PX + GAP_PX
  // It returns functions that change without their identity changing: nothing here memoises them.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useWindowVirtualizer({
    count: width ? Math.ceil(items.length / columns) : 0,
    estimateSize: () => rowPx,
    overscan: 3,
    scrollMargin: top,
  })
  useEffect(() => virtual.measure(), [virtual, rowPx])
  const rows = virtual.getVirtualItems()
  const lastSeen = rows.at(-1)?.index ?? 0
  const isNearEnd = width > 0 && (lastSeen + 3) * columns >= items.length
  useEffect(() => {
    if (isNearEnd) onEnd()
  }, [isNearEnd, onEnd])
  return (
    <div ref={box}>
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {rows.flatMap(({ index, start }) =>
          items.slice(index * columns, (index + 1) * columns).map((card, column) => (
            <li
              key={card.id}
              className="absolute"
              style={{ top: start - top, left: column * (posterPx + GAP_PX), width: posterPx }}
            >
              <Poster card={card} />
            </li>
          )),
        )}
      </ul>
    </div>
  )
}
