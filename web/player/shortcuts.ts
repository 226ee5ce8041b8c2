// Keys to player actions; the list that `?` shows is the table the keys are looked up in.
import type { Player } from './player.ts'

export type PanelName = 'tracks' | 'settings' | 'stats' | 'keys'
type Reach = { player: Player; key: string; panel: (name: PanelName) => void; next: (() => void) | undefined }
/** `name` is the text's key under `player.keys`. */
type Shortcut = { keys: readonly string[]; name: string; run(reach: Reach): void }

export const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2] as const

function step(player: Player, by: 1 | -1) {
  const { rate } = player.state.get()
  const next =
    by > 0 ? RATES.find((value) => value > rate + 0.01) : RATES.findLast((value) => value < rate - 0.01)
  if (next) player.setRate(next)
}

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: [' ', 'k'], name: 'toggle', run: ({ player }) => player.toggle() },
  { keys: ['f'], name: 'fullScreen', run: ({ player }) => void player.toggleFullScreen() },
  { keys: ['ArrowLeft'], name: 'back5', run: ({ player }) => player.skip(-5) },
  { keys: ['ArrowRight'], name: 'forward5', run: ({ player }) => player.skip(5) },
  { keys: ['j'], name: 'back10', run: ({ player }) => player.skip(-10) },
  { keys: ['l'], name: 'forward10', run: ({ player }) => player.skip(10) },
  { keys: ['ArrowUp'], name: 'louder', run: ({ player }) => player.setVolume(player.media.volume + 0.05) },
  { keys: ['ArrowDown'], name: 'quieter', run: ({ player }) => player.setVolume(player.media.volume - 0.05) },
  { keys: ['m'], name: 'mute', run: ({ player }) => player.toggleMute() },
  { keys: ['c'], name: 'subtitles', run: ({ player }) => void player.toggleSubtitles() },
  { keys: ['<'], name: 'slower', run: ({ player }) => step(player, -1) },
  { keys: ['>'], name: 'faster', run: ({ player }) => step(player, 1) },
  { keys: ['n'], name: 'next', run: ({ next }) => next?.() },
  { keys: ['p'], name: 'pictureInPicture', run: ({ player }) => void player.togglePictureInPicture() },
  { keys: ['i'], name: 'stats', run: ({ panel }) => panel('stats') },
  { keys: ['?'], name: 'help', run: ({ panel }) => panel('keys') },
  {
    keys: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    name: 'jump',
    run: ({ player, key }) => player.seek((Number(key) / 10) * player.state.get().durationSeconds),
  },
]

/** Whether the key meant something; typing into a field, moving the focus and browser shortcuts are left alone. */
export function handleKey(event: KeyboardEvent, reach: Omit<Reach, 'key'>): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false
  const target = event.target instanceof HTMLElement ? event.target : null
  if (target?.closest('input, textarea, select, [contenteditable]')) return false
  if (event.key === ' ' && target?.closest('button')) return false
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  const shortcut = SHORTCUTS.find(({ keys }) => keys.includes(key))
  if (!shortcut) return false
  event.preventDefault()
  shortcut.run({ ...reach, key })
  return true
}
