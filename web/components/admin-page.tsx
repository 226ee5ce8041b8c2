// The frame of the administration pages: heading and the way between them.
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { usePageTitle } from '../lib/page-title.ts'

const PAGES = [
  'libraries',
  'review',
  'people',
  'status',
  'storage',
  'jobs',
  'settings',
  'logs',
  'audit',
] as const

/** On a phone the tab of this page may lie outside of the row. */
const showCurrent = (tabs: HTMLElement | null): void => {
  const tab = tabs?.querySelector<HTMLElement>('[aria-current=page]')
  if (tabs && tab) tabs.scrollLeft = tab.offsetLeft - (tabs.clientWidth - tab.clientWidth) / 2
}

export function AdminPage({
  page,
  action,
  children,
}: {
  page: (typeof PAGES)[number]
  action?: ReactNode
  children: ReactNode
}) {
  const { t } = useTranslation()
  usePageTitle(t(`admin.${page}`))
  return (
    <div className="page mx-auto grid max-w-6xl grid-cols-1 gap-6 pt-6">
      <nav
        ref={showCurrent}
        aria-label={t('nav.manage')}
        className="flex gap-1 overflow-x-auto border-b border-line"
      >
        {PAGES.map((name) => (
          <Link
            key={name}
            to={`/admin/${name}`}
            activeProps={{ className: 'border-accent text-ink' }}
            inactiveProps={{ className: 'border-transparent text-soft hover:text-ink' }}
            className="flex min-h-11 items-center border-b-2 px-4 font-medium"
          >
            {t(`admin.${name}`)}
          </Link>
        ))}
      </nav>
      <div className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h1 className="text-3xl font-semibold tracking-tight">{t(`admin.${page}`)}</h1>
        {action}
      </div>
      {children}
    </div>
  )
}
