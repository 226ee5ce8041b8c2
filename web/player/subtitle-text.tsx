// Draws the text cues of now: below, or above where the file says so; higher while the controls are shown.
import { useEffect, useRef } from 'react'
import { useObservable } from '../lib/use-observable.ts'
import type { Player } from './player.ts'
import type { SubtitleSize } from './player-state.ts'

const SIZES: Record<SubtitleSize, string> = {
  small: 'text-[clamp(0.85rem,2.6cqh,2rem)]',
  normal: 'text-[clamp(1rem,4cqh,3rem)]',
  large: 'text-[clamp(1.2rem,5.6cqh,4.2rem)]',
}
const isAbove = ({ line, snapToLines }: VTTCue) =>
  typeof line === 'number' && (snapToLines ? line >= 0 && line < 8 : line < 40)

export function SubtitleText({ player, areControlsShown }: { player: Player; areControlsShown: boolean }) {
  const { cues, subtitleSize } = useObservable(player.state)
  return (
    <div className="pointer-events-none absolute inset-0 @container-[size]">
      <Lines cues={cues.filter(isAbove)} size={subtitleSize} place="top-[6%]" />
      <Lines
        cues={cues.filter((cue) => !isAbove(cue))}
        size={subtitleSize}
        place={areControlsShown ? 'bottom-32' : 'bottom-[6%]'}
      />
    </div>
  )
}

function Lines({ cues, size, place }: { cues: readonly VTTCue[]; size: SubtitleSize; place: string }) {
  return (
    <div
      className={`absolute inset-x-[8%] ${place} grid justify-items-center gap-1 text-center leading-snug font-semibold text-white transition-[bottom] duration-200 ${SIZES[size]}`}
    >
      {cues.map((cue) => (
        <CueText key={`${cue.startTime} ${cue.text}`} cue={cue} />
      ))}
    </div>
  )
}

/** The browser's own parser makes the nodes: italics and colours stay, nothing else gets in. */
function CueText({ cue }: { cue: VTTCue }) {
  const box = useRef<HTMLParagraphElement>(null)
  useEffect(() => box.current?.replaceChildren(cue.getCueAsHTML()), [cue])
  return (
    <p
      ref={box}
      className="w-fit rounded-lg px-3 whitespace-pre-line [text-shadow:0_0_3px_#000,0_1px_6px_#000,0_0_14px_rgb(0_0_0/0.7)]"
    />
  )
}
