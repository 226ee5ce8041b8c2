// Before the film: what will be played, who is ready, how others come in.
import { useTranslation } from 'react-i18next'
import type { PartyState } from '#shared/party/protocol.ts'
import { Button } from '../components/button.tsx'
import { gradientOf } from '../lib/placeholder.ts'
import { durationText } from '../lib/format.ts'
import { Invite } from './invite.tsx'

export function Lobby({ state, onEnter }: { state: PartyState; onEnter: () => void }) {
  const { t } = useTranslation()
  return (
    <section className="relative grid h-full content-center justify-items-center gap-8 overflow-y-auto p-6 py-10 max-lg:pt-20 text-center">
      <div
        aria-hidden
        className="absolute inset-0 opacity-35 [mask-image:linear-gradient(black,transparent)]"
        style={{ background: gradientOf(state.titleId) }}
      />
      <header className="relative grid gap-2">
        <p className="text-sm tracking-wide text-soft">{t('party.tonight')}</p>
        <h1 className="text-4xl font-semibold tracking-tight text-balance sm:text-5xl">{state.titleName}</h1>
        {state.durationSeconds !== null && <p className="text-soft">{durationText(state.durationSeconds)}</p>}
      </header>
      <Button look="primary" className="relative min-h-13 px-8 text-lg" onClick={onEnter}>
        {state.playing ? t('party.joinFilm') : t('party.iAmReady')}
      </Button>
      <div className="relative">
        <Invite code={state.code} />
      </div>
    </section>
  )
}
