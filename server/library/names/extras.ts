// Trailers, featurettes, samples and their kin, told by folder or by suffix (Jellyfin's, Plex's and Kodi's words).
import { group } from './text.ts'

export type ExtraKind =
  | 'trailer'
  | 'behind-the-scenes'
  | 'deleted-scene'
  | 'featurette'
  | 'interview'
  | 'scene'
  | 'short'
  | 'clip'
  | 'sample'
  | 'theme-video'
  | 'theme-song'
  | 'other'

const FOLDERS: Readonly<Record<string, ExtraKind>> = {
  trailers: 'trailer',
  trailer: 'trailer',
  'behind the scenes': 'behind-the-scenes',
  'deleted scenes': 'deleted-scene',
  interviews: 'interview',
  scenes: 'scene',
  samples: 'sample',
  sample: 'sample',
  shorts: 'short',
  featurettes: 'featurette',
  clips: 'clip',
  extras: 'other',
  extra: 'other',
  other: 'other',
  others: 'other',
  bonus: 'other',
  backdrops: 'theme-video',
  'theme-music': 'theme-song',
  'theme-videos': 'theme-video',
}

const SUFFIXES: Readonly<Record<string, ExtraKind>> = {
  trailer: 'trailer',
  sample: 'sample',
  scene: 'scene',
  clip: 'clip',
  interview: 'interview',
  short: 'short',
  behindthescenes: 'behind-the-scenes',
  deleted: 'deleted-scene',
  deletedscene: 'deleted-scene',
  featurette: 'featurette',
  other: 'other',
  extra: 'other',
}
const SUFFIX = new RegExp(`(?:^|[^\\s]-|[._]|\\s-\\s?|-)(${Object.keys(SUFFIXES).join('|')})\\d{0,2}$`, 'iu')

/** What fansub releases bring along: openings and endings without credits, promotions, the menus of a disc. */
const BESIDE_SERIES =
  /(?:^|[ ._\-[(])(?:nc(?:op|ed)|(?:creditless|textless|clean)[ ._](?:op|ed|openings?|endings?))[ ._-]?\d{0,2}[a-z]?(?:v\d)?(?=$|[ ._\-[\]()])|^\[.* - (?:pv|cm|menu)[ ._]?\d{0,2}(?=$|[ ._]*[[(])/iu

/** `folders` are those inside the library, outermost first; `stem` the file's name without extension. */
export function extraOf(folders: readonly string[], stem: string, isSeasonExtras = false): ExtraKind | null {
  const lower = stem.trim().toLowerCase()
  if (lower === 'sample' || /^sample[ ._-]?\d*$/.test(lower)) return 'sample'
  if (lower === 'trailer' || /^trailer[ ._-]?\d*$/.test(lower)) return 'trailer'
  if (lower === 'theme') return 'theme-song'
  if (BESIDE_SERIES.test(lower)) return 'other'
  const suffix = SUFFIX.exec(stem)
  // `Title.short` could be its name; only `-`, and `_`/`.` for trailers and samples, are conventions.
  if (suffix) {
    const kind = SUFFIXES[group(suffix, 1).toLowerCase()]
    const mark = suffix[0].replace(/\w+$/, '').trim().slice(-1)
    if (kind && (mark === '-' || kind === 'trailer' || kind === 'sample')) return kind
  }
  const folder = folders.at(-1)?.trim().toLowerCase()
  const kind = folder === undefined ? undefined : FOLDERS[folder]
  return kind === undefined || isSeasonExtras ? null : kind
}
