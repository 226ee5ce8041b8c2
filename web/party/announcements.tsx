// What happens in the party, said to screen readers and shown for a moment over the picture.
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MemberView } from '#shared/party/protocol.ts'
import { useObservable } from '../lib/use-observable.ts'
import { clock } from '../lib/clock-text.ts'
import { comingsAndGoings } from './comings.ts'
import type { PartyRoom } from './room.ts'

const SHOWN_MS = 3500
const SENTENCES = {
  play: 'didPlay',
  pause: 'didPause',
  seek: 'didSeek',
  rate: 'didRate',
  load: 'didLoad',
  host: 'didHost',
  wait: 'didWait',
  resume: 'didResume',
  settings: 'didSettings',
  end: 'ended',
} as const

export function Announcements({ room }: { room: PartyRoom }) {
  const { t } = useTranslation()
  const { state, cause, members, you } = useObservable(room.view)
  const [said, setSaid] = useState('')
  const before = useRef<readonly MemberView[] | null>(null)
  const timer = useRef(0)
  const say = (text: string): void => {
    setSaid(text)
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => setSaid(''), SHOWN_MS)
  }
  const nameOf = (id: string | null): string => members.find((m) => m.id === id)?.name ?? ''

  useEffect(() => {
    if (!cause || !state) return
    const named = {
      name: nameOf(cause.type === 'host' ? state.hostId : cause.memberId),
      time: clock(state.positionSeconds),
      rate: `${state.rate}×`,
      title: state.titleName,
    }
    say(t(`party.${SENTENCES[cause.type]}`, named))
    // Said once per change of state; what members are called then is what counts.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [cause])

  useEffect(() => {
    const { came, went } = comingsAndGoings(before.current, members, you)
    if (members.length > 0) before.current = members
    const sentences = [
      ...came.map((name) => t('party.came', { name })),
      ...went.map((name) => t('party.went', { name })),
    ]
    if (sentences.length > 0) say(sentences.join('. '))
  }, [members, you, t])

  useEffect(() => () => window.clearTimeout(timer.current), [])
  // Who is waited for is shown below, with names and time; here it is only said.
  const isShown = said !== '' && !state?.waiting
  return (
    <output
      aria-live="polite"
      className={`pointer-events-none absolute top-4 left-1/2 z-20 max-w-[90%] -translate-x-1/2 rounded-full bg-black/75 px-4 py-2 text-sm text-white transition-opacity ${isShown ? 'opacity-100' : 'opacity-0'}`}
    >
      {said}
    </output>
  )
}
