// Keys to player actions; the list that `?` shows is the table the keys are looked up in.
import type { Player } from './player.ts'

type Shortcut = { keys: readonly string[]; label: string; run(player: Player, key: string): void }

const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]
const step = (player: Player, by: 1 | -1) => {
  const { rate } = player.state.get()
  const next =
    by > 0 ? RATES.find((value) => value > rate + 0.01) : RATES.findLast((value) => value < rate - 0.01)
  if (next) player.setRate(next)
}

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: [' ', 'k'], label: 'Play or pause', run: (player) => player.toggle() },
  { keys: ['ArrowLeft'], label: 'Back 5 seconds', run: (player) => player.skip(-5) },
  { keys: ['ArrowRight'], label: 'Forward 5 seconds', run: (player) => player.skip(5) },
  { keys: ['j'], label: 'Back 10 seconds', run: (player) => player.skip(-10) },
  { keys: ['l'], label: 'Forward 10 seconds', run: (player) => player.skip(10) },
  { keys: ['ArrowUp'], label: 'Louder', run: (player) => player.setVolume(player.media.volume + 0.05) },
  { keys: ['ArrowDown'], label: 'Quieter', run: (player) => player.setVolume(player.media.volume - 0.05) },
  { keys: ['m'], label: 'Sound off or on', run: (player) => player.toggleMute() },
  { keys: ['f'], label: 'Full screen', run: (player) => void player.toggleFullScreen() },
  { keys: ['c'], label: 'Subtitles off or on', run: (player) => void player.toggleSubtitles() },
  { keys: ['<'], label: 'Slower', run: (player) => step(player, -1) },
  { keys: ['>'], label: 'Faster', run: (player) => step(player, 1) },
  {
    keys: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    label: 'Jump to 0 % … 90 %',
    run: (player, key) => player.seek((Number(key) / 10) * player.state.get().durationSeconds),
  },
]

/** Whether the key meant something; typing into a field and browser shortcuts are left alone. */
export function handleKey(player: Player, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  const target = event.target
  if (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable], [role=menu]')
  )
    return false
  if (event.key === ' ' && target instanceof HTMLElement && target.closest('button')) return false
  const shortcut = SHORTCUTS.find(({ keys }) => keys.includes(event.key))
  if (!shortcut) return false
  event.preventDefault()
  shortcut.run(player, event.key)
  return true
}
