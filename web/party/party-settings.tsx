// What the host sets for all: control, waiting, speed, the door, what is played; what each sets for this device.
import { useState } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { searchTitles } from '#shared/api/catalog.ts'
import { endParty } from '#shared/api/party.ts'
import type { PartyState, WaitPolicy } from '#shared/party/protocol.ts'
import { call } from '../api/call.ts'
import { Button } from '../components/button.tsx'
import { Field, Select } from '../components/field.tsx'
import { DeviceSound } from './device-sound.tsx'
import { Invite, Qr, linkTo } from './invite.tsx'
import type { PartyRoom } from './room.ts'

const RATES = ['0.5', '0.75', '1', '1.25', '1.5', '1.75', '2'] as const

type Props = { room: PartyRoom; state: PartyState; mayManage: boolean; isHost: boolean; isGuest: boolean }

function ChangeTitle({ room }: { room: PartyRoom }) {
  const { t } = useTranslation()
  const [asked, setAsked] = useState('')
  const found = useQuery({
    queryKey: ['party-search', asked],
    queryFn: ({ signal }) => call(searchTitles, { query: { q: asked, limit: 8 } }, signal),
    enabled: asked.trim().length > 1,
  })
  return (
    <div className="grid gap-2">
      <Field
        label={t('party.changeTitle')}
        placeholder={t('party.find')}
        value={asked}
        onChange={(event) => setAsked(event.target.value)}
      />
      <ul>
        {(found.data?.items ?? [])
          .filter((title) => title.kind !== 'show' && title.kind !== 'season')
          .map((title) => (
            <li key={title.id}>
              <Button
                look="ghost"
                className="w-full !justify-start text-start"
                onClick={() => void room.load(title.id).then((done) => done && setAsked(''))}
              >
                {title.name}
              </Button>
            </li>
          ))}
      </ul>
    </div>
  )
}

function ForAll({ room, state, isGuest }: Props) {
  const { t } = useTranslation()
  return (
    <>
      <Select
        label={t('party.control')}
        value={state.control}
        options={[
          ['host', t('party.controlHost')],
          ['everyone', t('party.controlEveryone')],
        ]}
        onChange={(event) => void room.settings({ control: event.target.value as PartyState['control'] })}
      />
      <Select
        label={t('party.wait')}
        value={state.wait}
        options={[
          ['bounded', t('party.waitBounded')],
          ['all', t('party.waitAll')],
          ['never', t('party.waitNever')],
        ]}
        onChange={(event) => void room.settings({ wait: event.target.value as WaitPolicy })}
      />
      <Select
        label={t('party.rate')}
        value={String(state.rate)}
        options={RATES.map((rate) => [rate, `${rate}×`] as const)}
        onChange={(event) => void room.rate(Number(event.target.value))}
      />
      {!isGuest && <ChangeTitle room={room} />}
      <div className="flex flex-wrap gap-2">
        <Button aria-pressed={state.locked} onClick={() => void room.settings({ locked: !state.locked })}>
          {state.locked ? t('party.unlock') : t('party.lock')}
        </Button>
        <Button onClick={() => void room.settings({ rotateCode: true })}>{t('party.rotate')}</Button>
      </div>
    </>
  )
}

export function PartySettings(props: Props) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { room, state, mayManage, isHost, isGuest } = props
  return (
    <details className="border-t border-line pt-2">
      <summary className="flex min-h-11 cursor-pointer items-center text-sm font-medium">
        {t('party.settings')}
      </summary>
      <div className="grid max-h-[50dvh] gap-4 overflow-y-auto pb-3">
        {mayManage && <ForAll {...props} />}
        <DeviceSound />
        <Invite code={state.code} withQr={false} />
        <details>
          <summary className="flex min-h-11 cursor-pointer items-center text-sm">{t('party.showQr')}</summary>
          <Qr text={linkTo(state.code)} />
        </details>
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => void room.leave().then(() => navigate({ to: '/' }))}>
            {t('party.leave')}
          </Button>
          {isHost && !isGuest && (
            <Button look="danger" onClick={() => void call(endParty, { params: { code: state.code } })}>
              {t('party.end')}
            </Button>
          )}
        </div>
      </div>
    </details>
  )
}
