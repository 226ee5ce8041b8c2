// Filters and sort of a grid as they stand in the address: unknown values are dropped, never an error.
const SORTS = ['name', 'added', 'year', 'rating', 'runtime'] as const
const RESOLUTIONS = ['sd', '720p', '1080p', '4k'] as const

export type BrowseSearch = {
  sort?: (typeof SORTS)[number]
  order?: 'asc' | 'desc'
  genre?: string
  resolution?: (typeof RESOLUTIONS)[number]
  watched?: boolean
  favourite?: boolean
}

const oneOf = <T extends string>(values: readonly T[], raw: unknown): T | undefined =>
  values.find((value) => value === raw)

export function parseBrowse(raw: Record<string, unknown>): BrowseSearch {
  const sort = oneOf(SORTS, raw['sort'])
  const order = oneOf(['asc', 'desc'] as const, raw['order'])
  const resolution = oneOf(RESOLUTIONS, raw['resolution'])
  const { genre, watched, favourite } = raw
  return {
    ...(sort && { sort }),
    ...(order && { order }),
    ...(resolution && { resolution }),
    ...(typeof genre === 'string' && genre.length <= 60 && { genre }),
    ...(typeof watched === 'boolean' && { watched }),
    ...(typeof favourite === 'boolean' && { favourite }),
  }
}
