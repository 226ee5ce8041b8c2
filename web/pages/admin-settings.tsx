// The server's settings: what each does, what it is and why so; some are changed here, for all processes at once.
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Setting } from '#shared/api/admin-settings.ts'
import { settingsQuery } from '../api/queries.ts'
import { AdminPage } from '../components/admin-page.tsx'
import { SettingRow } from '../components/setting.tsx'
import { Failure } from '../components/state.tsx'
import { Section } from '../components/section.tsx'

const GROUPS = [
  'conversions',
  'films',
  'watching',
  'serving',
  'storage',
] as const satisfies Setting['group'][]

export function AdminSettingsPage() {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(settingsQuery)
  return (
    <AdminPage page="settings">
      <p className="max-w-prose text-soft">{t('settings.hint')}</p>
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {!error && !data && <div className="skeleton h-96 rounded-2xl" />}
      {data &&
        GROUPS.map((group) => (
          <Section key={group} title={t(`settings.groups.${group}`)}>
            <ul className="divide-y divide-line rounded-2xl border border-line bg-panel">
              {inOrder(data.items.filter((setting) => setting.group === group)).map((setting) => (
                <SettingRow key={setting.name} setting={setting} />
              ))}
            </ul>
          </Section>
        ))}
    </AdminPage>
  )
}

/** What can be changed here comes first. */
const inOrder = (settings: readonly Setting[]): Setting[] =>
  settings.toSorted((a, b) => Number(a.counts === null) - Number(b.counts === null))
