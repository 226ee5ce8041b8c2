// Sign in with name and password.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { signIn } from '#shared/api/accounts.ts'
import { call } from '../api/call.ts'
import { sessionQuery } from '../api/queries.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { GateCard } from '../components/gate-card.tsx'
import { FormFailure } from '../components/state.tsx'
import { textOf } from '../lib/form.ts'
import { usePageTitle } from '../lib/page-title.ts'

export function SignInPage() {
  const { t } = useTranslation()
  usePageTitle(t('signIn.title'))
  const cache = useQueryClient()
  const { mutate, error, isPending } = useMutation({
    mutationFn: (form: FormData) =>
      call(signIn, { body: { name: textOf(form, 'name'), password: textOf(form, 'password') } }),
    onSuccess: (session) => cache.setQueryData(sessionQuery.queryKey, session),
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    mutate(new FormData(event.currentTarget))
  }
  return (
    <GateCard title={t('signIn.title')} text={t('signIn.text')}>
      <form onSubmit={submit} className="grid gap-5">
        <Field label={t('common.name')} name="name" autoComplete="username" required maxLength={64} />
        <Field
          label={t('common.password')}
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <FormFailure error={error} />
        <Button type="submit" look="primary" disabled={isPending}>
          {t('signIn.button')}
        </Button>
      </form>
    </GateCard>
  )
}
