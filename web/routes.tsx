// Every page at a glance; each is fetched when it is first opened.
import {
  Outlet,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router'
import { parseBrowse, type BrowseSearch } from './lib/browse-search.ts'
import { parseJobSearch } from './lib/job-search.ts'
import { parseLogSearch } from './lib/log-search.ts'
import { ErrorPage } from './pages/error.tsx'
import { AppLayout, SignedIn } from './pages/layout.tsx'
import { NotFound } from './pages/not-found.tsx'

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: ErrorPage,
})

/** Outside the sign-in: a party's link works for guests. */
const party = createRoute({
  getParentRoute: () => root,
  path: '/w/$code',
  component: lazyRouteComponent(() => import('./pages/party.tsx'), 'PartyPage'),
})

/** Owner made, somebody signed in; no header around, so that the player has the whole screen. */
const signedIn = createRoute({ getParentRoute: () => root, id: 'signed-in', component: SignedIn })

const watch = createRoute({
  getParentRoute: () => signedIn,
  path: '/watch/$titleId',
  /** A certain version of the title, and where to begin. */
  validateSearch: (raw: Record<string, unknown>): { file?: string; t?: number } => ({
    ...(typeof raw['file'] === 'string' && { file: raw['file'] }),
    ...(typeof raw['t'] === 'number' && { t: raw['t'] }),
  }),
  component: lazyRouteComponent(() => import('./pages/watch.tsx'), 'WatchPage'),
})

const app = createRoute({ getParentRoute: () => signedIn, id: 'app', component: AppLayout })

const home = createRoute({
  getParentRoute: () => app,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/home.tsx'), 'HomePage'),
})
const browsePage = () => import('./pages/browse.tsx')
const validateSearch = (raw: Record<string, unknown>): BrowseSearch => parseBrowse(raw)
const films = createRoute({
  getParentRoute: () => app,
  path: '/films',
  validateSearch,
  component: lazyRouteComponent(browsePage, 'FilmsPage'),
})
const series = createRoute({
  getParentRoute: () => app,
  path: '/series',
  validateSearch,
  component: lazyRouteComponent(browsePage, 'SeriesPage'),
})
const search = createRoute({
  getParentRoute: () => app,
  path: '/search',
  validateSearch: (raw: Record<string, unknown>) => ({ q: typeof raw['q'] === 'string' ? raw['q'] : '' }),
  component: lazyRouteComponent(() => import('./pages/search.tsx'), 'SearchPage'),
})
const title = createRoute({
  getParentRoute: () => app,
  path: '/title/$titleId',
  component: lazyRouteComponent(() => import('./pages/title.tsx'), 'TitlePage'),
})
const profile = createRoute({
  getParentRoute: () => app,
  path: '/profile',
  component: lazyRouteComponent(() => import('./pages/profile.tsx'), 'ProfilePage'),
})
const libraries = createRoute({
  getParentRoute: () => app,
  path: '/admin/libraries',
  component: lazyRouteComponent(() => import('./pages/admin-libraries.tsx'), 'AdminLibrariesPage'),
})
const people = createRoute({
  getParentRoute: () => app,
  path: '/admin/people',
  component: lazyRouteComponent(() => import('./pages/admin-people.tsx'), 'AdminPeoplePage'),
})
const status = createRoute({
  getParentRoute: () => app,
  path: '/admin/status',
  component: lazyRouteComponent(() => import('./pages/admin-status.tsx'), 'AdminStatusPage'),
})
const storage = createRoute({
  getParentRoute: () => app,
  path: '/admin/storage',
  component: lazyRouteComponent(() => import('./pages/admin-storage.tsx'), 'AdminStoragePage'),
})
const jobs = createRoute({
  getParentRoute: () => app,
  path: '/admin/jobs',
  validateSearch: parseJobSearch,
  component: lazyRouteComponent(() => import('./pages/admin-jobs.tsx'), 'AdminJobsPage'),
})
const settings = createRoute({
  getParentRoute: () => app,
  path: '/admin/settings',
  component: lazyRouteComponent(() => import('./pages/admin-settings.tsx'), 'AdminSettingsPage'),
})
const logs = createRoute({
  getParentRoute: () => app,
  path: '/admin/logs',
  validateSearch: parseLogSearch,
  component: lazyRouteComponent(() => import('./pages/admin-logs.tsx'), 'AdminLogsPage'),
})
const audit = createRoute({
  getParentRoute: () => app,
  path: '/admin/audit',
  component: lazyRouteComponent(() => import('./pages/admin-audit.tsx'), 'AdminAuditPage'),
})

const review = createRoute({
  getParentRoute: () => app,
  path: '/admin/review',
  component: lazyRouteComponent(() => import('./pages/admin-review.tsx'), 'AdminReviewPage'),
})
const person = createRoute({
  getParentRoute: () => app,
  path: '/person/$personId',
  component: lazyRouteComponent(() => import('./pages/person.tsx'), 'PersonPage'),
})
const collectionPages = () => import('./pages/collection.tsx')
const collections = createRoute({
  getParentRoute: () => app,
  path: '/collections',
  component: lazyRouteComponent(collectionPages, 'CollectionsPage'),
})
const collection = createRoute({
  getParentRoute: () => app,
  path: '/collection/$collectionId',
  component: lazyRouteComponent(collectionPages, 'CollectionPage'),
})

const routeTree = root.addChildren([
  party,
  signedIn.addChildren([
    watch,
    app.addChildren([
      home,
      films,
      series,
      search,
      title,
      profile,
      libraries,
      review,
      people,
      status,
      storage,
      jobs,
      settings,
      logs,
      audit,
      person,
      collections,
      collection,
    ]),
  ]),
])

export const createAppRouter = () =>
  createRouter({ routeTree, scrollRestoration: true, defaultPreload: 'intent', defaultPendingMs: 300 })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
