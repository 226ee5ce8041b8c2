// Ten-foot use: arrow keys move the focus to the nearest link or button, wherever no field or widget uses them itself.
import { nearest, type Direction } from './nearest.ts'

const DIRECTIONS: Record<string, Direction> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}
const FOCUSABLE = 'a[href], button:not(:disabled), input, select, textarea, summary, [tabindex="0"]'
const USES_ARROWS = 'input:not([type=checkbox]), select, textarea, [role=slider], [role=menu], [data-arrows]'

export function moveFocusByArrows(page: Document): void {
  page.addEventListener('keydown', (event) => {
    const direction = DIRECTIONS[event.key]
    const from = page.activeElement
    if (!direction || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return
    if (!(from instanceof HTMLElement) || from === page.body || from.closest(USES_ARROWS)) return
    const within = from.closest('dialog[open]') ?? page
    const others = [...within.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
      (other) => other !== from && other.offsetParent !== null,
    )
    const next =
      others[
        nearest(
          from.getBoundingClientRect(),
          others.map((other) => other.getBoundingClientRect()),
          direction,
        )
      ]
    if (!next) return
    event.preventDefault()
    next.focus({ preventScroll: true })
    next.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  })
}
