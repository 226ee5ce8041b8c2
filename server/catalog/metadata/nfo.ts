// NFO files (kodi.wiki/view/NFO_files): ids, titles and descriptions that a person or a tool wrote beside the media.

export type Nfo = {
  kind: 'movie' | 'tvshow' | 'episode' | null
  title: string | null
  originalTitle: string | null
  year: number | null
  overview: string | null
  tagline: string | null
  certification: string | null
  releasedOn: string | null
  rating: number | null
  genres: string[]
  people: { name: string; job: string; role: string | null }[]
  season: number | null
  episode: number | null
  ids: { tmdb?: number; imdb?: string; tvdb?: number }
}

type Element = { name: string; attributes: Map<string, string>; text: string; children: Element[] }

export const MAX_NFO_BYTES = 512 * 1024
const MAX_DEPTH = 12
const MAX_ELEMENTS = 5_000
const MAX_TEXT = 20_000

const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** The five entities of XML and numbers; nothing is ever looked up, so nothing can grow. */
const unescape = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,4}));/gi, (whole, dec, hex, name) => {
    if (name !== undefined) return NAMED[name] ?? whole
    const code = dec !== undefined ? Number(dec) : parseInt(hex, 16)
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : ''
  })

const TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<(\/?)([A-Za-z_][\w.:-]{0,60})((?:\s+[\w.:-]{1,60}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+|</g

/** The first root element; null when the text is not well-formed, declares a document type or is out of bounds. */
export function parseXml(text: string): Element | null {
  if (text.length > MAX_NFO_BYTES || /<!(?:DOCTYPE|ENTITY)/i.test(text)) return null
  const stack: Element[] = []
  let count = 0
  for (const token of text.matchAll(TOKEN)) {
    const [whole, cdata, slash, name, attributes = '', selfClosing] = token
    const top = stack.at(-1)
    if (name === undefined) {
      if (whole === '<') return null
      const isText = cdata !== undefined || !whole.startsWith('<')
      if (top && isText && top.text.length < MAX_TEXT)
        top.text += (cdata ?? unescape(whole)).slice(0, MAX_TEXT)
      continue
    }
    if (slash) {
      const closed = stack.pop()
      if (closed?.name !== name.toLowerCase()) return null
      if (stack.length === 0) return closed
      continue
    }
    if (++count > MAX_ELEMENTS || stack.length >= MAX_DEPTH) return null
    const element: Element = { name: name.toLowerCase(), attributes: new Map(), text: '', children: [] }
    for (const a of attributes.matchAll(/([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
      element.attributes.set((a[1] ?? '').toLowerCase(), unescape(a[2] ?? a[3] ?? ''))
    top?.children.push(element)
    if (!selfClosing) stack.push(element)
    else if (!top) return element
  }
  return null
}

const KINDS: Record<string, Nfo['kind']> = { movie: 'movie', tvshow: 'tvshow', episodedetails: 'episode' }
/** Ids in links, for files that hold nothing but one. */
const TMDB_LINK = /themoviedb\.org\/(?:movie|tv)\/(\d{1,9})/i
const TVDB_LINK = /thetvdb\.com\/[^\s"'<>]{0,80}?[?&]id=(\d{1,9})/i
const IMDB_ID = /(?<![\w])tt\d{7,9}(?!\d)/
const positive = (text: string | undefined | null): number | null => {
  const value = Number.parseInt(text ?? '', 10)
  return value > 0 && value < 1e9 ? value : null
}

function idsOf(text: string, root: Element | null): Nfo['ids'] {
  const ids: Nfo['ids'] = {}
  for (const { name, attributes, text: value } of root?.children ?? []) {
    const type = name === 'uniqueid' ? attributes.get('type')?.toLowerCase() : name.replace(/_?id$/, '')
    const number = positive(value.trim())
    if (type === 'tmdb' && number !== null) ids.tmdb ??= number
    if (type === 'tvdb' && number !== null) ids.tvdb ??= number
    const imdb = type === 'imdb' || name === 'id' ? IMDB_ID.exec(value)?.[0] : undefined
    if (imdb !== undefined) ids.imdb ??= imdb
  }
  // What stands outside the description, or instead of it, may be a link.
  const outside = root === null ? text : text.slice(text.lastIndexOf('>') + 1)
  const tmdb = positive(TMDB_LINK.exec(outside)?.[1])
  const tvdb = positive(TVDB_LINK.exec(outside)?.[1])
  const imdb = IMDB_ID.exec(outside)?.[0]
  if (tmdb !== null) ids.tmdb ??= tmdb
  if (tvdb !== null) ids.tvdb ??= tvdb
  if (imdb !== undefined) ids.imdb ??= imdb
  return ids
}

/** Null when nothing in it can be used. */
export function readNfo(bytes: Uint8Array): Nfo | null {
  if (bytes.byteLength > MAX_NFO_BYTES) return null
  const text = Buffer.from(bytes)
    .toString()
    .replace(/^\uFEFF/, '')
  const root = parseXml(text)
  const kind = root ? (KINDS[root.name] ?? null) : null
  const described = kind === null ? null : root
  const ids = idsOf(text, described)
  if (described === null && Object.keys(ids).length === 0) return null
  const all = (name: string) => (described?.children ?? []).filter((e) => e.name === name)
  const value = (e: Element | undefined) => e?.text.trim().slice(0, 5000) || null
  const one = (...names: string[]) => names.map((name) => value(all(name)[0])).find((v) => v !== null) ?? null
  const people = [
    ...all('actor').flatMap((actor) => {
      const child = (name: string) => value(actor.children.find((c) => c.name === name))
      const name = child('name')
      return name === null ? [] : [{ name, job: 'Actor', role: child('role') }]
    }),
    ...all('director').flatMap((e) =>
      value(e) ? [{ name: value(e) ?? '', job: 'Director', role: null }] : [],
    ),
  ]
  const released = one('premiered', 'releasedate', 'aired')
  const year = positive(one('year')) ?? positive(released?.slice(0, 4))
  const rated = all('ratings')[0]?.children.find((r) => r.name === 'rating')
  const rating = Number(rated?.children.find((v) => v.name === 'value')?.text ?? one('rating') ?? Number.NaN)
  const number = (name: string) => (/^\d{1,5}$/.test(one(name) ?? '') ? Number(one(name)) : null)
  return {
    kind,
    title: one('title'),
    originalTitle: one('originaltitle'),
    year: year !== null && year >= 1870 && year <= 2200 ? year : null,
    overview: one('plot', 'outline'),
    tagline: one('tagline'),
    certification: one('mpaa', 'certification'),
    releasedOn: /^\d{4}-\d\d-\d\d$/.test(released ?? '') ? released : null,
    rating: rating > 0 && rating <= 10 ? rating : null,
    genres: all('genre')
      .flatMap((e) => e.text.split(/\s*[/,]\s*/))
      .map((g) => g.trim().slice(0, 60))
      .filter(Boolean)
      .slice(0, 20),
    people: people.slice(0, 60),
    season: number('season'),
    episode: number('episode'),
    ids,
  }
}
