// Filters and sort of a grid as they stand in the address: unknown values are dropped, never an error.
import type { ListQuery } from '#shared/api/catalog.ts'

export type BrowseSearch = Omit<ListQuery, 'cursor' | 'limit' | 'libraryId'>
/** `undefined` takes a filter away; what is not understood does, too. */
export type BrowseChange = Partial<Record<keyof BrowseSearch, unknown>>

export const SORTS = ['name', 'added', 'year', 'rating', 'runtime'] as const
/** The best first. */
export const RESOLUTIONS = ['4k', '1080p', '720p', 'sd'] as const

const oneOf = <T extends string>(values: readonly T[], raw: unknown): T | undefined =>
  values.find((value) => value === raw)

/** Codecs and languages as probing tells them; genres are words of their own. */
const PLAIN = /^[a-z0-9_-]{1,20}$/
const LANGUAGE = /^[a-z]{2,8}$/
const matching = (pattern: RegExp, raw: unknown): string | undefined =>
  typeof raw === 'string' && pattern.test(raw) ? raw : undefined

export function parseBrowse(raw: Record<string, unknown>): BrowseSearch {
  const sort = oneOf(SORTS, raw['sort'])
  const order = oneOf(['asc', 'desc'] as const, raw['order'])
  const resolution = oneOf(RESOLUTIONS, raw['resolution'])
  const videoCodec = matching(PLAIN, raw['videoCodec'])
  const audioLanguage = matching(LANGUAGE, raw['audioLanguage'])
  const subtitleLanguage = matching(LANGUAGE, raw['subtitleLanguage'])
  const { genre, year, hdr, watched, favourite } = raw
  return {
    ...(sort && { sort }),
    ...(order && { order }),
    ...(resolution && { resolution }),
    ...(typeof genre === 'string' && genre !== '' && genre.length <= 60 && { genre }),
    ...(Number.isInteger(year) && Number(year) >= 1800 && Number(year) <= 2200 && { year: Number(year) }),
    ...(typeof hdr === 'boolean' && { hdr }),
    ...(videoCodec && { videoCodec }),
    ...(audioLanguage && { audioLanguage }),
    ...(subtitleLanguage && { subtitleLanguage }),
    ...(typeof watched === 'boolean' && { watched }),
    ...(typeof favourite === 'boolean' && { favourite }),
  }
}

type Filters = Omit<BrowseSearch, 'sort' | 'order'>

/** The filters that are set; sorting is none. */
export const filtersOf = ({ sort: _sort, order: _order, ...filters }: BrowseSearch) =>
  Object.entries(filters) as [keyof Filters, string | number | boolean][]

export const countFilters = (search: BrowseSearch): number => filtersOf(search).length
