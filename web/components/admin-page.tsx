// The frame of the administration pages: heading and the way between them.
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { failureText } from '../api/failure-text.ts'
import { usePageTitle } from '../lib/page-title.ts'

/** The first is where an operator looks. */
const PAGES = [
  'status',
  'libraries',
  'review',
  'people',
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
  stale = null,
  children,
}: {
  page: (typeof PAGES)[number]
  action?: ReactNode
  /** Why what is shown could not be brought up to date. */
  stale?: Error | null
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
      {stale && (
        <p role="alert" className="rounded-2xl border border-danger bg-panel p-4 text-danger">
          {t('errors.stale')} {failureText(t, stale)}
        </p>
      )}
      {children}
    </div>
  )
}
