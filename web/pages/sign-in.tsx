// Sign in with name and password.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { signIn } from '#shared/api/accounts.ts'
import { call } from '../api/call.ts'
import { sessionQuery } from '../api/queries.ts'
import { Field } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { GateCard } from '../components/gate-card.tsx'
import { textOf } from '../lib/form.ts'
import { usePageTitle } from '../lib/page-title.ts'

export function SignInPage() {
  const { t } = useTranslation()
  usePageTitle(t('signIn.title'))
  const cache = useQueryClient()
  const entry = useMutation({
    mutationFn: (form: FormData) =>
      call(signIn, { body: { name: textOf(form, 'name'), password: textOf(form, 'password') } }),
    onSuccess: (session) => cache.setQueryData(sessionQuery.queryKey, session),
  })
  return (
    <GateCard title={t('signIn.title')} text={t('signIn.text')}>
      <Form mutation={entry} button={t('signIn.button')}>
        <Field label={t('common.name')} name="name" autoComplete="username" required maxLength={64} />
        <Field
          label={t('common.password')}
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
      </Form>
    </GateCard>
  )
}
