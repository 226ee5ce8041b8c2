// What stands before a title or beside it: ids, sites, release groups, checksums (pure).
import type { NameIds } from './guess.ts'

const ID = /[[{(](tmdb|tvdb|imdb|tmdbid|imdbid|tvdbid)[-=: ]?((?:tt)?\d{1,10})[\]})]/giu
export function takeIds(text: string): { ids: NameIds; rest: string } {
  const ids: NameIds = {}
  const rest = text.replace(ID, (_, kind: string, value: string) => {
    const site = kind.toLowerCase().slice(0, 4)
    if (site === 'imdb') ids.imdb = `tt${value.replace(/^tt/i, '')}`
    else if (/^\d+$/.test(value)) ids[site === 'tvdb' ? 'tvdb' : 'tmdb'] = Number(value)
    return ' '
  })
  const bare = /(?<![\p{L}\p{N}])tt\d{7,9}(?!\d)/iu.exec(rest)
  if (bare && ids.imdb === undefined) ids.imdb = bare[0].toLowerCase()
  return { ids, rest: bare ? rest.replace(bare[0], ' ') : rest }
}

const TLD =
  'com|net|org|to|info|ca|au|sbs|center|cc|me|tv|io|ru|fr|se|re|vip|xyz|top|club|site|online|lol|hair'
export const HOST = new RegExp(`^(?:[\\w-]+\\.){1,4}(?:${TLD}) +- +`, 'iu')
export const SITE =
  /^[[({ ]*(?:www[., ][^\s/\])]{1,60}\.[a-z]{2,10}|[a-z0-9-]{2,40}\.(?:com|net|org|to|info)(?=[\]) ])|www\.\S{1,60})[\])} ]*[ _-]*(?:- )?/iu
export const GROUP = /^[ ._]*(?:\[[^\]]{0,60}\]|\([^)]{1,30}\)(?=[ ._]*\p{L}.*[[(][0-9a-f]{8}[\])]))[ ._-]*/iu
/** `group-abbr102`, a scene file's short name: the show's abbreviation, then season and episode. */
const ABBREVIATED = /^[a-z]{2,5}-([a-z]{2,8})[._]?([1-9]\d\d)$/
/** Genre, network or format before the name: `(Comedy) Title`, `BBC.Title`, `IMAX - Title`. */
const LABEL =
  /^(?:\((?:action|animation|anime|comedy|crime|documentary|drama|fantasy|horror|kids|musical|sci-?fi|thriller|western)\)[ ._]*)?(?:(?:bbc|pbs|imax|netflix originals?)[ ._]+-[ ._]+|bbc\.(?!\d))?(?=[\p{L}\p{N}])/iu
/** `James_Bond-f21-Casino_Royale`: series of films, number, film; `-x01-` an extra of it. */
const FILM_SERIES = /^[^-/]{2,60}-f\d{1,2}-(\p{Lu}[^/]*?)(?:-x\d{2}-.*)?$/u

/** Drops what stands before the name and says nothing of it. */
export const withoutLabels = (text: string): string =>
  text.replace(LABEL, '').replace(ABBREVIATED, '$1.$2').replace(FILM_SERIES, '$1')

export const CRC = /[[(][0-9a-f]{8}[\])]/iu
export const FANSUB_WORD =
  /(?<![\p{L}])(?:vostfr|fansub|raws?|horriblesubs|eng?[ -]sub|multiple subtitle)(?![\p{L}])/iu
