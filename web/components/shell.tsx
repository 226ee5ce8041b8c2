// Header and navigation around every page but the player: links on top, at the thumb on a phone.
import { Link } from '@tanstack/react-router'
import { Clapperboard, Home, Search, Settings2, Tv, UserRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

const PLACES = [
  { to: '/', key: 'nav.home', Icon: Home },
  { to: '/films', key: 'nav.films', Icon: Clapperboard },
  { to: '/series', key: 'nav.series', Icon: Tv },
  { to: '/search', key: 'nav.search', Icon: Search },
] as const

const ACTIVE = { className: 'text-ink', 'aria-current': 'page' } as const
const IDLE = { className: 'text-soft hover:text-ink' }

export function Shell({
  viewerName,
  isAdmin,
  children,
}: {
  viewerName: string
  isAdmin: boolean
  children: ReactNode
}) {
  const { t } = useTranslation()
  return (
    <>
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-24 rounded-lg bg-accent px-4 py-2 text-on-accent focus:translate-y-0"
      >
        {t('nav.skip')}
      </a>
      <header className="page sticky top-0 z-30 flex h-16 items-center gap-8 glass">
        <Link to="/" className="flex items-center gap-2.5 text-lg font-semibold tracking-tight">
          <img src="/icon.svg" alt="" width={30} height={30} />
          <span>MediaServer</span>
        </Link>
        <nav aria-label={t('nav.main')} className="hidden items-center gap-1 md:flex">
          {PLACES.map(({ to, key }) => (
            <Link
              key={to}
              to={to}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              activeProps={ACTIVE}
              inactiveProps={IDLE}
              className="flex min-h-11 items-center rounded-lg px-3 font-medium"
            >
              {t(key)}
            </Link>
          ))}
        </nav>
        <div className="ml-auto flex items-center gap-1">
          {isAdmin && (
            <Link
              to="/admin/status"
              aria-label={t('nav.manage')}
              inactiveProps={IDLE}
              className="grid size-11 place-content-center rounded-lg hover:bg-raised"
            >
              <Settings2 size={20} aria-hidden />
            </Link>
          )}
          <Link
            to="/profile"
            aria-label={`${t('nav.profile')}: ${viewerName}`}
            className="grid size-11 place-content-center rounded-lg hover:bg-raised"
          >
            <span
              aria-hidden
              className="grid size-8 place-content-center rounded-full bg-raised text-sm font-semibold"
            >
              {Array.from(viewerName.trim())[0]?.toUpperCase() ?? <UserRound size={16} />}
            </span>
          </Link>
        </div>
      </header>
      <main id="content" tabIndex={-1} className="min-h-[calc(100dvh-4rem)] pb-24 outline-none md:pb-16">
        {children}
      </main>
      <nav
        aria-label={t('nav.main')}
        className="fixed inset-x-0 bottom-0 z-30 grid grid-cols-4 border-t border-line bg-ground/95 pb-[env(safe-area-inset-bottom)] backdrop-blur-lg md:hidden"
      >
        {PLACES.map(({ to, key, Icon }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === '/', includeSearch: false }}
            activeProps={{ className: 'text-accent-text', 'aria-current': 'page' }}
            inactiveProps={IDLE}
            className="grid min-h-14 place-content-center justify-items-center gap-0.5 text-xs font-medium"
          >
            <Icon size={21} aria-hidden />
            {t(key)}
          </Link>
        ))}
      </nav>
    </>
  )
}
