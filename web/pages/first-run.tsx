// First run: the owner. The empty home page then asks for a folder.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { claimOwner } from '#shared/api/accounts.ts'
import { call } from '../api/call.ts'
import { sessionQuery } from '../api/queries.ts'
import { Field } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { GateCard } from '../components/gate-card.tsx'
import { textOf } from '../lib/form.ts'

export function FirstRunPage({ needsCode }: { needsCode: boolean }) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const navigate = useNavigate()
  const claim = useMutation({
    mutationFn: (form: FormData) =>
      call(claimOwner, {
        body: {
          name: textOf(form, 'name'),
          password: textOf(form, 'password'),
          ...(needsCode && { code: textOf(form, 'code').trim() }),
        },
      }),
    onSuccess: async (session) => {
      cache.setQueryData(sessionQuery.queryKey, session)
      await navigate({ to: '/' })
    },
  })
  return (
    <GateCard title={t('firstRun.welcome')} text={t('firstRun.ownerText')}>
      <Form mutation={claim} button={t('firstRun.create')}>
        <Field label={t('firstRun.yourName')} name="name" autoComplete="username" required maxLength={64} />
        <Field
          label={t('common.password')}
          hint={t('firstRun.passwordHint')}
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={8}
          maxLength={200}
          required
        />
        {needsCode && (
          <Field
            label={t('firstRun.code')}
            hint={t('firstRun.codeHint')}
            name="code"
            autoComplete="one-time-code"
            required
          />
        )}
      </Form>
    </GateCard>
  )
}
