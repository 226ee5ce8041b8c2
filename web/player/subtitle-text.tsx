// Draws the text cues of now: below, or above where the file says so; higher while the controls are shown.
import { useEffect, useRef } from 'react'
import { useObservable } from '../lib/use-observable.ts'
import type { Player } from './player.ts'
import type { SubtitleLook } from './subtitle-look.ts'

/** Of the window's height; of its width where it is upright. */
const SIZES: Record<SubtitleLook['size'], string> = {
  small: 'text-[clamp(0.85rem,min(2.6cqh,4cqw),2rem)]',
  normal: 'text-[clamp(1rem,min(4cqh,6cqw),3rem)]',
  large: 'text-[clamp(1.2rem,min(5.6cqh,8cqw),4.2rem)]',
  huge: 'text-[clamp(1.5rem,min(8cqh,11cqw),6rem)]',
}
const COLOURS: Record<SubtitleLook['colour'], string> = { white: 'text-white', yellow: 'text-yellow-300' }
const BACKGROUNDS: Record<SubtitleLook['background'], string> = {
  none: '[text-shadow:0_0_3px_#000,0_1px_6px_#000,0_0_14px_rgb(0_0_0/0.7)]',
  dim: 'bg-black/60',
  solid: 'bg-black',
}
const isAbove = ({ line, snapToLines }: VTTCue) =>
  typeof line === 'number' && (snapToLines ? line >= 0 && line < 8 : line < 40)

export function SubtitleText({ player, areControlsShown }: { player: Player; areControlsShown: boolean }) {
  const { cues, subtitleLook: look } = useObservable(player.state)
  return (
    // Above the shade that lies under the controls, below the controls themselves.
    <div className="pointer-events-none absolute inset-0 z-[11] @container-[size]">
      <Lines cues={cues.filter(isAbove)} look={look} place="top-[6%]" />
      <Lines
        cues={cues.filter((cue) => !isAbove(cue))}
        look={look}
        place={areControlsShown ? 'bottom-24 sm:bottom-32' : 'bottom-[6%]'}
      />
    </div>
  )
}

function Lines({ cues, look, place }: { cues: readonly VTTCue[]; look: SubtitleLook; place: string }) {
  return (
    <div
      className={`absolute inset-x-[8%] ${place} grid justify-items-center gap-1 text-center leading-snug font-semibold transition-[bottom] duration-200 ${SIZES[look.size]} ${COLOURS[look.colour]}`}
    >
      {cues.map((cue) => (
        <CueText key={`${cue.startTime} ${cue.text}`} cue={cue} background={BACKGROUNDS[look.background]} />
      ))}
    </div>
  )
}

/** The browser's own parser makes the nodes: italics and colours stay, nothing else gets in. */
function CueText({ cue, background }: { cue: VTTCue; background: string }) {
  const box = useRef<HTMLParagraphElement>(null)
  useEffect(() => box.current?.replaceChildren(cue.getCueAsHTML()), [cue])
  return <p ref={box} className={`w-fit rounded-lg px-3 whitespace-pre-line ${background}`} />
}
