// Accounts: who may sign in, with which role.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addPerson, removePerson, type PersonRow } from '#shared/api/accounts.ts'
import { call } from '../api/call.ts'
import { peopleQuery } from '../api/queries.ts'
import { AdminPage } from '../components/admin-page.tsx'
import { Button } from '../components/button.tsx'
import { ConfirmRemove } from '../components/confirm.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Field, Select } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { PlaybackLimits } from '../components/playback-limits.tsx'
import { Failure } from '../components/state.tsx'
import { textOf } from '../lib/form.ts'

export function AdminPeoplePage() {
  const { t, i18n } = useTranslation()
  const cache = useQueryClient()
  const { data, error, refetch } = useQuery(peopleQuery)
  const [isAdding, setAdding] = useState(false)
  const [leaving, setLeaving] = useState<PersonRow>()
  const dateOf = (atMs: number) => new Date(atMs).toLocaleDateString(i18n.language, { dateStyle: 'medium' })
  return (
    <AdminPage
      page="people"
      action={
        <Button look="primary" onClick={() => setAdding(true)}>
          <Plus size={18} aria-hidden />
          {t('people.add')}
        </Button>
      }
    >
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      <ul className="divide-y divide-line rounded-2xl border border-line bg-panel">
        {data?.items.map((person) => (
          <li key={person.id} className="flex items-center gap-4 p-4">
            <span
              aria-hidden
              className="grid size-10 place-content-center rounded-full bg-raised font-semibold"
            >
              {Array.from(person.name)[0]?.toUpperCase()}
            </span>
            <span className="grid min-w-0 grow">
              <span className="truncate font-medium">{person.name}</span>
              <span className="text-sm text-soft">
                {t(`profile.role.${person.role}`)} · {t('people.since', { date: dateOf(person.createdAtMs) })}
              </span>
            </span>
            {person.role !== 'owner' && (
              <Button look="ghost" onClick={() => setLeaving(person)}>
                {t('common.remove')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <PlaybackLimits />
      {isAdding && <AddPerson onClose={() => setAdding(false)} />}
      {leaving && (
        <ConfirmRemove
          title={t('people.removeTitle', { name: leaving.name })}
          text={t('people.removeText')}
          onConfirm={async () => {
            await call(removePerson, { params: { id: leaving.id } })
            await cache.invalidateQueries(peopleQuery)
          }}
          onClose={() => setLeaving(undefined)}
        />
      )}
    </AdminPage>
  )
}

function AddPerson({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const addition = useMutation({
    mutationFn: (form: FormData) =>
      call(addPerson, {
        body: {
          name: textOf(form, 'name'),
          password: textOf(form, 'password'),
          role: textOf(form, 'role') === 'admin' ? 'admin' : 'viewer',
        },
      }),
    onSuccess: async () => {
      await cache.invalidateQueries(peopleQuery)
      onClose()
    },
  })
  return (
    <Dialog title={t('people.add')} onClose={onClose}>
      <Form mutation={addition} button={t('people.add')}>
        <Field label={t('common.name')} name="name" autoComplete="off" required maxLength={64} />
        <Field
          label={t('common.password')}
          hint={t('firstRun.passwordHint')}
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={8}
          required
        />
        <Select
          label={t('people.role')}
          name="role"
          options={[
            ['viewer', t('profile.role.viewer')],
            ['admin', t('profile.role.admin')],
          ]}
        />
      </Form>
    </Dialog>
  )
}
