// Cached queries per endpoint, and what a change makes stale.
import { QueryClient, infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { getSession, listPeople } from '#shared/api/accounts.ts'
import { listLogs } from '#shared/api/admin-logs.ts'
import { listSettings } from '#shared/api/admin-settings.ts'
import { getStorage } from '#shared/api/admin-storage.ts'
import { getStatus, listAudit, listJobs } from '#shared/api/admin.ts'
import { getHome, getTitle, listGenres, listMovies, listShows, searchTitles } from '#shared/api/catalog.ts'
import { browseFolders, listLibraries, listMediaFiles, type Library } from '#shared/api/library.ts'
import { getPlaybackLimits, getPlaybackQuestions, listPrepared } from '#shared/api/playback.ts'
import { getCollection, getPerson, listCollections } from '#shared/api/people.ts'
import { getMetadataStatus, listMatchChanges, listReview, searchCandidates } from '#shared/api/review.ts'
import type { Input } from '#shared/endpoint.ts'
import { ApiProblem, call } from './call.ts'

export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // What the server refused it will refuse again; what did not arrive is worth one more try.
        retry: (failures, error) =>
          failures < 2 &&
          !(error instanceof ApiProblem && error.body.status >= 400 && error.body.status < 500),
      },
    },
  })

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => call(getSession, {}, signal),
  staleTime: 60_000,
})

const FILLING_MS = 2500
/** Pictures come some time after their titles. */
const PICTURES_MS = 10_000

/** Scans that end make it stale: a quick one is over before it was ever seen to run. */
export const homeQuery = (libraries: readonly Library[] | undefined) =>
  queryOptions({
    queryKey: ['home', libraries?.map(({ id, scan }) => `${id} ${scan?.finishedAtMs}`).join() ?? ''],
    queryFn: ({ signal }) => call(getHome, {}, signal),
    refetchInterval: ({ state }) => {
      if (isScanning(libraries)) return FILLING_MS
      return state.data?.rows.some(({ items }) => items.some(({ poster }) => !poster)) ? PICTURES_MS : false
    },
    placeholderData: (before) => before,
  })

type ListFilters = Omit<NonNullable<Input<typeof listMovies>['query']>, 'cursor'>

export const browseQuery = (kind: 'movies' | 'shows', filters: ListFilters) =>
  infiniteQueryOptions({
    queryKey: ['browse', kind, filters],
    queryFn: ({ pageParam, signal }) =>
      call(
        kind === 'movies' ? listMovies : listShows,
        { query: { ...filters, limit: 100, ...(pageParam && { cursor: pageParam }) } },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  })

export const searchQuery = (q: string) =>
  queryOptions({
    queryKey: ['search', q],
    queryFn: ({ signal }) => call(searchTitles, { query: { q, limit: 40 } }, signal),
    enabled: q.length > 0,
    placeholderData: (before) => before,
  })

export const genresQuery = queryOptions({
  queryKey: ['genres'],
  queryFn: ({ signal }) => call(listGenres, {}, signal),
  staleTime: 300_000,
})

export const titleQuery = (id: string) =>
  queryOptions({
    queryKey: ['title', id],
    queryFn: ({ signal }) => call(getTitle, { params: { id } }, signal),
  })

export const questionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['questions', id],
    queryFn: ({ signal }) => call(getPlaybackQuestions, { params: { id } }, signal),
    staleTime: 300_000,
  })

export const isScanning = (libraries: readonly Library[] | undefined): boolean =>
  libraries?.some(({ scan }) => scan && scan.phase !== 'done' && scan.phase !== 'failed') ?? false

export const librariesQuery = queryOptions({
  queryKey: ['libraries'],
  queryFn: ({ signal }) => call(listLibraries, {}, signal),
  refetchInterval: ({ state }) => (isScanning(state.data?.items) ? 1000 : 30_000),
})

export const foldersQuery = (path: string | undefined) =>
  queryOptions({
    queryKey: ['folders', path],
    queryFn: ({ signal }) => call(browseFolders, { query: path === undefined ? {} : { path } }, signal),
    placeholderData: (before) => before,
  })

export const brokenFilesQuery = (libraryId: string) =>
  queryOptions({
    queryKey: ['broken', libraryId],
    queryFn: ({ signal }) =>
      call(listMediaFiles, { query: { libraryId, state: 'broken', limit: 100 } }, signal),
  })

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: ({ signal }) => call(listPeople, {}, signal),
})

export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => call(getStatus, {}, signal),
  refetchInterval: 2000,
})

export const jobsQuery = (state: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['jobs', state],
    queryFn: ({ pageParam, signal }) =>
      call(
        listJobs,
        { query: { limit: 50, ...(state && { state }), ...(pageParam && { cursor: pageParam }) } },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: 3000,
  })

export const storageQuery = queryOptions({
  queryKey: ['storage'],
  queryFn: ({ signal }) => call(getStorage, {}, signal),
  refetchInterval: 30_000,
})

export const auditQuery = infiniteQueryOptions({
  queryKey: ['audit'],
  queryFn: ({ pageParam, signal }) =>
    call(listAudit, { query: { limit: 50, ...(pageParam && { cursor: pageParam }) } }, signal),
  initialPageParam: '',
  getNextPageParam: (last) => last.nextCursor ?? undefined,
})

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => call(listSettings, {}, signal),
})

type LogQuestion = Input<typeof listLogs>['query']

export const logsQuery = (query: LogQuestion, isPaused: boolean) =>
  queryOptions({
    queryKey: ['logs', query],
    queryFn: ({ signal }) => call(listLogs, { query }, signal),
    refetchInterval: isPaused ? false : 2000,
    placeholderData: (before) => before,
  })

const isPreparing = (items: readonly { isComplete: boolean }[] | undefined): boolean =>
  items?.some(({ isComplete }) => !isComplete) ?? false

export const preparedQuery = queryOptions({
  queryKey: ['prepared'],
  queryFn: ({ signal }) => call(listPrepared, {}, signal),
  refetchInterval: ({ state }) => (isPreparing(state.data?.items) ? 2000 : false),
})

export const limitsQuery = queryOptions({
  queryKey: ['limits'],
  queryFn: ({ signal }) => call(getPlaybackLimits, {}, signal),
})

export const metadataQuery = queryOptions({
  queryKey: ['review', 'state'],
  queryFn: ({ signal }) => call(getMetadataStatus, {}, signal),
})

export const reviewQuery = infiniteQueryOptions({
  queryKey: ['review', 'list'],
  queryFn: ({ pageParam, signal }) =>
    call(listReview, { query: { limit: 50, ...(pageParam && { cursor: pageParam }) } }, signal),
  initialPageParam: '',
  getNextPageParam: (last) => last.nextCursor ?? undefined,
})

export const matchChangesQuery = queryOptions({
  queryKey: ['review', 'changes'],
  queryFn: ({ signal }) => call(listMatchChanges, {}, signal),
})

export const candidatesQuery = (titleId: string, q: string) =>
  queryOptions({
    queryKey: ['review', 'candidates', titleId, q],
    queryFn: ({ signal }) => call(searchCandidates, { params: { id: titleId }, query: { q } }, signal),
  })

export const personQuery = (id: string) =>
  queryOptions({
    queryKey: ['person', id],
    queryFn: ({ signal }) => call(getPerson, { params: { id } }, signal),
  })

export const collectionsQuery = infiniteQueryOptions({
  queryKey: ['collections'],
  queryFn: ({ pageParam, signal }) =>
    call(listCollections, { query: { limit: 100, ...(pageParam && { cursor: pageParam }) } }, signal),
  initialPageParam: '',
  getNextPageParam: (last) => last.nextCursor ?? undefined,
})

export const collectionQuery = (id: string) =>
  queryOptions({
    queryKey: ['collection', id],
    queryFn: ({ signal }) => call(getCollection, { params: { id } }, signal),
  })
