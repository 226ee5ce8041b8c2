// How much of the line films may take: for everybody outside the house, and for single people.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { setPlaybackLimits, type PlaybackLimits as Limits } from '#shared/api/playback.ts'
import { call } from '../api/call.ts'
import { limitsQuery, peopleQuery } from '../api/queries.ts'
import { Select } from './field.tsx'
import { FormFailure } from './state.tsx'
import { Section } from './section.tsx'

const MEGABITS = [1, 2, 3, 4, 6, 8, 12, 20, 40]

export function PlaybackLimits() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const { data: limits } = useQuery(limitsQuery)
  const { data: people } = useQuery(peopleQuery)
  const { mutate, error, isPending } = useMutation({
    mutationFn: (body: Limits) => call(setPlaybackLimits, { body }),
    onSuccess: (saved) => queries.setQueryData(limitsQuery.queryKey, saved),
  })
  if (!limits || !people) return null
  const setPerson = (id: string, bps: number | null) => {
    const { [id]: _, ...others } = limits.viewersBps
    mutate({ ...limits, viewersBps: bps === null ? others : { ...others, [id]: bps } })
  }
  return (
    <Section title={t('limits.title')}>
      <p className="max-w-prose text-soft">{t('limits.hint')}</p>
      <FormFailure error={error} />
      <div className="grid gap-4 rounded-2xl border border-line bg-panel p-4 sm:grid-cols-2 lg:grid-cols-3">
        <Limit
          label={t('limits.remote')}
          bps={limits.remoteBps}
          disabled={isPending}
          onChange={(remoteBps) => mutate({ ...limits, remoteBps })}
        />
        {people.items.map(({ id, name }) => (
          <Limit
            key={id}
            label={name}
            bps={limits.viewersBps[id] ?? null}
            disabled={isPending}
            onChange={(bps) => setPerson(id, bps)}
          />
        ))}
      </div>
    </Section>
  )
}

type LimitProps = { label: string; bps: number | null; disabled: boolean; onChange(bps: number | null): void }

function Limit({ label, bps, disabled, onChange }: LimitProps) {
  const { t } = useTranslation()
  // A program may have set any number: it is shown as it is.
  const known = MEGABITS.map((megabits) => megabits * 1e6)
  const choices = bps === null || known.includes(bps) ? known : [...known, bps].toSorted((a, b) => a - b)
  return (
    <Select
      label={label}
      disabled={disabled}
      value={String(bps ?? '')}
      onChange={(event) => onChange(event.target.value === '' ? null : Number(event.target.value))}
      options={[
        ['', t('limits.none')],
        ...choices.map((one): [string, string] => [String(one), `${one / 1e6} Mbit/s`]),
      ]}
    />
  )
}
