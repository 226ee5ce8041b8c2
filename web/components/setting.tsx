// One setting: what it does, what it is, where that comes from; a field where it may be changed here.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeSettings, type Setting } from '#shared/api/admin-settings.ts'
import { call } from '../api/call.ts'
import { settingsQuery } from '../api/queries.ts'
import { sizeOf, sizeText } from '../lib/format.ts'
import { Button } from './button.tsx'
import { Field, Select } from './field.tsx'
import { FormFailure } from './state.tsx'

export function SettingRow({ setting }: { setting: Setting }) {
  const { t } = useTranslation()
  const { name, source, counts, waitsForRestart } = setting
  const means = t(`settings.means.${name}`, { defaultValue: setting.means.replaceAll('`', '') })
  return (
    <li className="grid gap-x-8 gap-y-3 p-4 md:grid-cols-2">
      <div className="grid content-start gap-1">
        <p>{means}</p>
        <p className="text-sm wrap-anywhere text-soft">
          <code>{name}</code> · {t(`settings.source.${source}`)}
          {counts === 'restart' && ` · ${t('settings.restart')}`}
        </p>
        {waitsForRestart && <p className="text-sm text-accent-text">{t('settings.waits')}</p>}
      </div>
      {counts === null ? <Value setting={setting} /> : <Change setting={setting} label={means} />}
    </li>
  )
}

function Value({ setting: { kind, value, isSet, isSecret } }: { setting: Setting }) {
  const { t, i18n } = useTranslation()
  const text = isSecret ? t(isSet ? 'settings.set' : 'settings.unset') : (value ?? t('settings.unset'))
  return (
    <p className={`self-center wrap-anywhere tabular-nums ${value === null ? 'text-soft' : 'font-medium'}`}>
      {kind === 'bytes' && value !== null ? sizeText(Number(value), i18n.language) : text}
    </p>
  )
}

function Change({ setting, label }: { setting: Setting; label: string }) {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const { name, kind, choices, isSecret, isSet, source } = setting
  const { mutate, error, isPending, isSuccess } = useMutation({
    mutationFn: (value: string | null) => call(changeSettings, { body: { changes: { [name]: value } } }),
    onSuccess: (all) => {
      setDraft(null)
      queries.setQueryData(settingsQuery.queryKey, all)
    },
  })
  const [draft, setDraft] = useState<string | null>(null)
  const [isNonsense, setIsNonsense] = useState(false)
  const shown = shownOf(setting, i18n.language)
  const back = source === 'changed' && (
    <Button look="ghost" disabled={isPending} onClick={() => mutate(null)}>
      {t('settings.back')}
    </Button>
  )
  return (
    <form
      className="grid content-start gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        const written = draft === null ? null : writtenOf(setting, draft, i18n.language)
        setIsNonsense(draft !== null && written === null)
        if (written !== null) mutate(written)
      }}
    >
      <div className="flex flex-wrap items-center gap-2">
        {kind === 'choice' ? (
          <Select
            label={label}
            isLabelHidden
            className="grow"
            disabled={isPending}
            value={shown}
            onChange={({ target }) => mutate(target.value)}
            options={choices.map((one) => [one, one] as const)}
          />
        ) : (
          <div className="min-w-40 grow">
            <Field
              label={label}
              isLabelHidden
              type={isSecret ? 'password' : kind === 'number' ? 'number' : 'text'}
              autoComplete="off"
              disabled={isPending}
              placeholder={isSecret ? t(isSet ? 'settings.set' : 'settings.unset') : ''}
              value={draft ?? shown}
              onChange={({ target }) => setDraft(target.value)}
            />
          </div>
        )}
        {draft !== null && draft !== shown && (
          <Button type="submit" look="primary" disabled={isPending}>
            {t('common.save')}
          </Button>
        )}
        {back}
      </div>
      <output className="text-sm text-soft empty:hidden">
        {isSuccess && draft === null && t('settings.saved')}
      </output>
      <FormFailure error={isNonsense ? new Error(t('settings.noSize')) : error} />
    </form>
  )
}

/** A secret is never shown, not even to who has set it. */
const shownOf = ({ kind, value, isSecret }: Setting, locale: string): string => {
  if (isSecret || value === null) return ''
  return kind === 'bytes' ? sizeText(Number(value), locale) : value
}

/** As its variable would be written; null when it is no size. A bare number has the unit that is shown. */
function writtenOf(setting: Setting, draft: string, locale: string): string | null {
  if (setting.kind !== 'bytes') return draft
  const bytes = sizeOf(draft, shownOf(setting, locale).split(' ')[1] ?? 'B')
  return bytes === null ? null : String(bytes)
}
