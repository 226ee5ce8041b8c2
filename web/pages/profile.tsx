// Language, appearance, signing out.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { LogOut } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { signOut } from '#shared/api/accounts.ts'
import { call } from '../api/call.ts'
import { sessionQuery } from '../api/queries.ts'
import { Button } from '../components/button.tsx'
import { Select } from '../components/field.tsx'
import { FormFailure } from '../components/state.tsx'
import { LANGUAGES, chooseLanguage, type Language } from '../lib/i18n.ts'
import { chooseTheme, keptTheme, type Theme } from '../lib/theme.ts'
import { usePageTitle } from '../lib/page-title.ts'

export function ProfilePage() {
  const { t, i18n } = useTranslation()
  usePageTitle(t('nav.profile'))
  const cache = useQueryClient()
  const { data } = useQuery(sessionQuery)
  const [theme, setTheme] = useState(keptTheme)
  const { mutate, error } = useMutation({
    mutationFn: () => call(signOut, { body: {} }),
    onSuccess: (session) => {
      cache.clear()
      cache.setQueryData(sessionQuery.queryKey, session)
      location.assign('/')
    },
  })
  const viewer = data?.viewer
  return (
    <div className="page grid max-w-2xl gap-8 pt-6">
      <header className="grid gap-1">
        <h1 className="text-3xl font-semibold tracking-tight">{t('nav.profile')}</h1>
        {viewer?.kind === 'person' && (
          <p className="text-soft">
            {t('profile.signedInAs', { name: viewer.name })} · {t(`profile.role.${viewer.role}`)}
          </p>
        )}
      </header>
      <Select
        label={t('profile.language')}
        value={i18n.language}
        onChange={(event) => void chooseLanguage(event.target.value as Language)}
        options={Object.entries(LANGUAGES)}
      />
      <Select
        label={t('profile.theme')}
        value={theme}
        onChange={(event) => {
          setTheme(event.target.value as Theme)
          chooseTheme(event.target.value as Theme)
        }}
        options={(['dark', 'light', 'system'] as const).map((name) => [name, t(`profile.${name}`)])}
      />
      <FormFailure error={error} />
      <Button className="justify-self-start" onClick={() => mutate()}>
        <LogOut size={18} aria-hidden />
        {t('nav.signOut')}
      </Button>
    </div>
  )
}
