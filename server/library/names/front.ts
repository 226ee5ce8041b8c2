// What stands before a title or beside it: ids, sites, release groups, checksums (pure).
import { bracketFields } from './bracket-fields.ts'
import type { NameIds } from './guess.ts'
import { firstSign, format3dOf } from './tags.ts'
import { plain } from './text.ts'

const ID = /[[{(](tmdb|tvdb|imdb|tmdbid|imdbid|tvdbid)[-=: ]?((?:tt)?\d{1,10})[\]})]/giu
function takeIds(text: string): { ids: NameIds; rest: string } {
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
const HOST = new RegExp(`^(?:[\\w-]+\\.){1,4}(?:${TLD}) +- +`, 'iu')
const SITE =
  /^[[({ ]*(?:www[., ][^\s/\])]{1,60}\.[a-z]{2,10}|[a-z0-9-]{2,40}\.(?:com|net|org|to|info)(?=[\]) ])|www\.\S{1,60})[\])} ]*[ _-]*(?:- )?/iu
const GROUP =
  /^[ ._]*(?:\[[^\]]{0,60}\]|\([^)]{1,30}\)(?=[ ._]*\p{L}.*(?:[[(][0-9a-f]{8}[\])]|[ _]-[ _]\d{2,3}(?:v\d)?[ _][[(])))[ ._-]*/iu
/** `group-abbr102`, a scene file's short name: the show's abbreviation, then season and episode. */
const ABBREVIATED = /^[a-z]{2,5}-([a-z]{2,8})[._]?([1-9]\d\d)$/
/** Genre, network or format before the name: `(Comedy) Title`, `BBC.Title`, `IMAX - Title`. */
const LABEL =
  /^(?:\((?:action|animation|anime|comedy|crime|documentary|drama|fantasy|horror|kids|musical|sci-?fi|thriller|western)\)[ ._]*)?(?:(?:bbc|pbs|imax|netflix originals?)[ ._]+-[ ._]+|bbc\.(?!\d))?(?=[\p{L}\p{N}])/iu
/** `James_Bond-f21-Casino_Royale`: series of films, number, film; `-x01-` an extra of it. */
const FILM_SERIES = /^[^-/]{2,60}-f\d{1,2}-(\p{Lu}[^/]*?)(?:-x\d{2}-.*)?$/u

const withoutLabels = (text: string): string =>
  text.replace(LABEL, '').replace(ABBREVIATED, '$1.$2').replace(FILM_SERIES, '$1')

const CRC = /[[(][0-9a-f]{8}[\])]/iu
const FANSUB_WORD =
  /(?<![\p{L}])(?:vostfr|fansub|raws?|horriblesubs|eng?[ -]sub|multiple subtitle)(?![\p{L}])/iu
/** Scene files: `group-name.of.it.1080p`. */
function withoutSceneGroup(text: string): string {
  const isScene = /^[a-z0-9]{2,8}-[a-z0-9]+[._]/.test(text) && !/\p{Lu}/u.test(text)
  // Who made it stands at one end of the name only: `ant-man.2015.1080p-group`.
  const isBehind =
    /(?<![\p{L}\p{N}](?:web|dvd|dts|blu|hd))-[a-z0-9]{2,12}(?:\[[^\]]*\])?$/u.test(text) ||
    firstSign(text) === text.length
  return isScene && !isBehind ? text.slice(text.indexOf('-') + 1) : text
}

/** Groups in brackets before the name, three at most. */
function withoutGroups(whole: string): string {
  let text = whole
  for (let i = 0; i < 3; i++) {
    const shorter = text.replace(GROUP, '')
    // `[REC] (2007)`: nothing else could be its name.
    if (/^\((?:19|20)\d\d\)/.test(shorter) || (i === 0 && /^[\u00b2\u00b3]/.test(shorter))) break
    if (shorter === text || !/\p{L}|\d/u.test(shorter.replace(/\[[^\]]*\]/gu, ''))) break
    if (i > 0 && /^\[\d{1,4}\]/.test(text)) break
    if (/^(?:ep?)?\d{1,4}(?:v\d)?[ ._]*\[/iu.test(shorter) && (i > 0 || /^\d{2,3}\D/.test(shorter))) break
    text = shorter
  }
  return text
}

/** A name without what stands before it and says nothing of it; and what was learned from that. */
export function takeFront(raw: string): {
  text: string
  ids: NameIds
  isFansub: boolean
  format3d: string | null
} {
  const spaced = /^[^ ._]+(?:\+[^ ._]+){2,}$/u.test(raw) ? raw.replaceAll('+', ' ') : raw
  const { ids, rest } = takeIds(plain(spaced))
  const whole = rest
    .replace(/ {2,}/g, ' ')
    .replace(/^(?:HD )?(?:\d{3,4}[pi]|\d{3,4}x\d{3,4}|4K): /i, '')
    .replace(HOST, '')
    .replace(SITE, '')
    .replace(/\{edition-[^}]*\}/giu, ' ')
    .trim()
  const fields = bracketFields(whole)
  const text = (fields ?? withoutGroups(whole))
    .replace(CRC, '[]')
    .replace(/^[ ._]+/, '')
    .replace(/^\d{2}(?:0\d|1[0-2])[0-3]\d[ ._](?=\p{L})/u, '')
  return {
    text: withoutSceneGroup(withoutLabels(text)),
    ids,
    isFansub:
      fields !== null ||
      /^[ ._]*\[/.test(whole) ||
      GROUP.test(whole) ||
      CRC.test(whole) ||
      FANSUB_WORD.test(whole),
    format3d: format3dOf(whole),
  }
}
