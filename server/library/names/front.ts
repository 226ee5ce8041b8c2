// What stands before a title or beside it: ids, sites, release groups, checksums (pure).
import type { NameIds } from './guess.ts'

const ID = /[[{(](tmdb|tvdb|imdb|tmdbid|imdbid|tvdbid)[-=: ]?((?:tt)?\d{1,10})[\]})]/giu
export function takeIds(text: string): { ids: NameIds; rest: string } {
  const ids: NameIds = {}
  const rest = text.replace(ID, (_, kind: string, value: string) => {
    const site = kind.toLowerCase().slice(0, 4)
    if (site === 'imdb') ids.imdb = value.startsWith('tt') ? value : `tt${value}`
    else if (/^\d+$/.test(value)) ids[site === 'tvdb' ? 'tvdb' : 'tmdb'] = Number(value)
    return ' '
  })
  const bare = /(?<![\p{L}\p{N}])tt\d{7,9}(?!\d)/u.exec(rest)
  if (bare && ids.imdb === undefined) ids.imdb = bare[0]
  return { ids, rest: bare ? rest.replace(bare[0], ' ') : rest }
}

const TLD =
  'com|net|org|to|info|ca|au|sbs|center|cc|me|tv|io|ru|fr|se|re|vip|xyz|top|club|site|online|lol|hair'
export const HOST = new RegExp(`^(?:[\\w-]+\\.){1,4}(?:${TLD}) +- +`, 'iu')
export const SITE =
  /^[[({ ]*(?:www[., ][^\s/\])]{1,60}\.[a-z]{2,10}|[a-z0-9-]{2,40}\.(?:com|net|org|to|info)(?=[\]) ])|www\.\S{1,60})[\])} ]*[ _-]*(?:- )?/iu
export const GROUP = /^[ ._]*(?:\[[^\]]{0,60}\]|\([^)]{1,30}\)(?=[ ._]*\p{L}.*[[(][0-9a-f]{8}[\])]))[ ._-]*/iu
export const CRC = /[[(][0-9a-f]{8}[\])]/iu
export const FANSUB_WORD =
  /(?<![\p{L}])(?:vostfr|fansub|raws?|horriblesubs|eng?[ -]sub|multiple subtitle)(?![\p{L}])/iu
