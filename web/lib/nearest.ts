// Which box an arrow key leads to: the nearest one in that direction, sideways distance counted double.
export type Box = { left: number; top: number; width: number; height: number }
export type Direction = 'left' | 'right' | 'up' | 'down'

const centre = ({ left, top, width, height }: Box) => ({ x: left + width / 2, y: top + height / 2 })

/** Index of the box to go to, or -1. A box counts when its centre lies beyond half of the present one. */
export function nearest(from: Box, boxes: readonly Box[], direction: Direction): number {
  const here = centre(from)
  let best = -1
  let bestCost = Infinity
  for (const [index, box] of boxes.entries()) {
    const there = centre(box)
    const [dx, dy] = [there.x - here.x, there.y - here.y]
    const isSideways = direction === 'left' || direction === 'right'
    const along = direction === 'right' ? dx : direction === 'left' ? -dx : direction === 'down' ? dy : -dy
    const across = Math.abs(isSideways ? dy : dx)
    if (along <= (isSideways ? 4 : Math.min(from.height, box.height) / 2)) continue
    if (isSideways && across > Math.max(from.height, box.height) / 2) continue
    const cost = along + across * 2
    if (cost < bestCost) [best, bestCost] = [index, cost]
  }
  return best
}
