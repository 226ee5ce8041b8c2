// Names of the truth set written in other ways that mean the same: what is understood one way must be understood all ways.
import { guessFromPath } from '../../server/library/file-name.ts'
import { type Case, hintOf, readCases, wrongFields } from './cases.ts'

type Variant = { path: string; expect?: Record<string, unknown> }
/** Null where the change does not apply to the name. */
type Change = (c: Case) => Variant | null

const EXTENSION = /\.[a-z0-9]{2,4}$/i
const split = (path: string) => {
  const at = path.lastIndexOf('/') + 1
  const extension = EXTENSION.exec(path)?.[0] ?? ''
  return { folder: path.slice(0, at), stem: path.slice(at, path.length - extension.length), extension }
}
/** Changes the file's name alone. */
const named =
  (change: (stem: string, c: Case) => string | null): Change =>
  (c) => {
    const { folder, stem, extension } = split(c.path)
    const next = change(stem, c)
    return next === null || next === stem ? null : { path: folder + next + extension }
  }
/** Changes every occurrence, folders included. */
const replaced =
  (pattern: RegExp, by: string | ((...groups: string[]) => string)): Change =>
  (c) => {
    const path = c.path.replace(pattern, by as string)
    return path === c.path ? null : { path }
  }
const isDotted = (stem: string) => !/ /.test(stem) && /\w\.\w/.test(stem)
const isSpaced = (stem: string) => / /.test(stem) && !/\w\.\w/.test(stem)
const isScene = (stem: string) => isDotted(stem) && /-[A-Za-z0-9]+$/.test(stem) && /\d{3,4}p/i.test(stem)
const isFansub = (stem: string) => /^\[[^\]]+\][ _]/.test(stem)

const S_E = /(?<![A-Za-z0-9])S(\d{2})E(\d{2})(?![\d-]|[ ._]?[-+&E])/
const pad = (n: number, width = 2) => String(n).padStart(width, '0')
const notation = (write: (season: number, episode: number) => string): Change =>
  named((stem) => (S_E.test(stem) ? stem.replace(S_E, (_, s: string, e: string) => write(+s, +e)) : null))

const RESOLUTION = /(?<![A-Za-z0-9])(?:480|576|720|1080|2160)p(?![A-Za-z0-9])/gi
const CODEC = /(?<![A-Za-z0-9])[xh]\.?26[45](?![A-Za-z0-9])/gi
const SOURCE = /(?<![A-Za-z0-9])(?:BluRay|WEB-DL|WEBRip|HDTV|BDRip|DVDRip)(?![A-Za-z0-9])/gi
const inserted = (words: string): Change =>
  named((stem) => {
    const at = isScene(stem) ? stem.search(RESOLUTION) : -1
    return at > 0 ? `${stem.slice(0, at)}${words}.${stem.slice(at)}` : null
  })

/** The title exchanged for another one, wherever the name or the folders have it. */
const titled =
  (title: string): Change =>
  (c) => {
    const own = c.expect['title']
    if (typeof own !== 'string' || own.length < 4 || c.expect['titleAlt'] !== undefined) return null
    const words = own.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
    const found = new RegExp(`(?<![\\p{L}\\p{N}])${words.join('([ ._]+)')}(?![\\p{L}\\p{N}])`, 'giu')
    const path = c.path.replace(found, (_, joint: unknown) =>
      title.replaceAll(' ', typeof joint === 'string' ? joint : isDotted(split(c.path).stem) ? '.' : ' '),
    )
    return path === c.path ? null : { path, expect: { ...c.expect, title } }
  }

const renumbered =
  (by: number): Change =>
  (c) => {
    const { season, episodes } = c.expect as { season?: number; episodes?: number[] }
    if (season === undefined || episodes?.length !== 1) return null
    const { folder, stem, extension } = split(c.path)
    if (!S_E.test(stem) || folder !== '') return null
    const [s, e] = [season + by, (episodes[0] ?? 0) + by]
    return {
      path: stem.replace(S_E, `S${pad(s)}E${pad(e)}`) + extension,
      expect: { ...c.expect, season: s, episodes: [e] },
    }
  }
const counted =
  (by: number): Change =>
  (c) => {
    const [own, ...more] = (c.expect['absolute'] ?? []) as number[]
    if (own === undefined || more.length > 0 || c.expect['season'] !== undefined) return null
    const found = new RegExp(`(?<=[ ._]-[ ._])0*${own}(?=v\\d|[ ._]|$)`)
    if (!found.test(c.path) || c.path.includes('/')) return null
    return { path: c.path.replace(found, pad(own + by)), expect: { ...c.expect, absolute: [own + by] } }
  }
const redated =
  (year: number): Change =>
  (c) => {
    const { title } = c.expect
    if (typeof c.expect['year'] !== 'number' || typeof title !== 'string') return null
    const own = String(c.expect['year'])
    if (title.includes(own) || c.path.split(own).length < 2) return null
    return { path: c.path.replaceAll(own, String(year)), expect: { ...c.expect, year } }
  }

export const CHANGES: Record<string, Change> = {
  'dots to spaces': named((s) => (isDotted(s) ? s.replaceAll(/(?<!\d)\.|\.(?!\d)/g, ' ') : null)),
  'dots to underscores': named((s) => (isDotted(s) ? s.replaceAll(/(?<!\d)\.|\.(?!\d)/g, '_') : null)),
  'spaces to dots': named((s) => (isSpaced(s) ? s.replaceAll(' ', '.') : null)),
  'spaces to underscores': named((s) => (isSpaced(s) ? s.replaceAll(' ', '_') : null)),
  'spaces twice': named((s) => (isSpaced(s) ? s.replaceAll(' ', '  ') : null)),
  'lower case': named((s) => s.toLowerCase()),
  'upper case': named((s) => s.toUpperCase()),
  'typographic dash': named((s) => (/ - /.test(s) ? s.replaceAll(' - ', ' \u2013 ') : null)),
  'year in brackets': named((s) => (isScene(s) ? s.replace(/\.((?:19|20)\d\d)\.(?!\d)/, '.($1).') : null)),
  'year in square brackets': replaced(/\(((?:19|20)\d\d)\)/g, '[$1]'),
  'year bare': named((s) =>
    /\S \((?:19|20)\d\d\)$/.test(s) ? s.replace(/\(((?:19|20)\d\d)\)$/, '$1') : null,
  ),
  s1e2: notation((s, e) => `s${s}e${e}`),
  '1x02': notation((s, e) => `${s}x${pad(e)}`),
  '01x02': notation((s, e) => `${pad(s)}x${pad(e)}`),
  'S01 E02': notation((s, e) => `S${pad(s)} E${pad(e)}`),
  'S01.E02': notation((s, e) => `S${pad(s)}.E${pad(e)}`),
  S01_E02: notation((s, e) => `S${pad(s)}_E${pad(e)}`),
  'S01-E02': notation((s, e) => `S${pad(s)}-E${pad(e)}`),
  S01EP02: notation((s, e) => `S${pad(s)}EP${pad(e)}`),
  '[S01E02]': notation((s, e) => `[S${pad(s)}E${pad(e)}]`),
  '[1x02]': notation((s, e) => `[${s}x${pad(e)}]`),
  S001E002: notation((s, e) => `S${pad(s, 3)}E${pad(e, 3)}`),
  'Season 1 Episode 2': notation((s, e) => `Season ${s} Episode ${e}`),
  'Season.01.Episode.02': notation((s, e) => `Season.${pad(s)}.Episode.${pad(e)}`),
  '2160p': replaced(RESOLUTION, '2160p'),
  '1080i': replaced(RESOLUTION, '1080i'),
  '1920x1080': replaced(RESOLUTION, '1920x1080'),
  '4K': replaced(RESOLUTION, '4K'),
  'H.265': replaced(CODEC, 'H.265'),
  HEVC: replaced(CODEC, 'HEVC'),
  AV1: replaced(CODEC, 'AV1'),
  XviD: replaced(CODEC, 'XviD'),
  BluRay: replaced(SOURCE, 'BluRay'),
  'UHD.BluRay': replaced(SOURCE, 'UHD.BluRay'),
  WEB: replaced(SOURCE, 'WEB'),
  'AMZN.WEB-DL': replaced(SOURCE, 'AMZN.WEB-DL'),
  BDRemux: replaced(SOURCE, 'BDRemux'),
  DVDRip: replaced(SOURCE, 'DVDRip'),
  'other group': named((s) => (isScene(s) ? s.replace(/-[A-Za-z0-9]+$/, '-NTb') : null)),
  'group with digits': named((s) => (isScene(s) ? s.replace(/-[A-Za-z0-9]+$/, '-d3g') : null)),
  'no group': named((s) => (isScene(s) ? s.replace(/-[A-Za-z0-9]+$/, '') : null)),
  'group and site': named((s) => (isScene(s) ? `${s}[rarbg]` : null)),
  'site before': named((s) => (isFansub(s) ? null : `www.Some-Site.org - ${s}`)),
  'site in brackets before': named((s) => (isScene(s) ? `[ www.Some-Site.org ] - ${s}` : null)),
  'other fansub group': named((s) => (isFansub(s) ? s.replace(/^\[[^\]]+\]/, '[Some-Raws & Co]') : null)),
  'checksum added': named((s) => (isFansub(s) && !/[[(][0-9a-f]{8}[\])]/i.test(s) ? `${s}[0A1B2C3D]` : null)),
  'checksum gone': named((s) => (isFansub(s) ? s.replace(/ ?[[(][0-9a-f]{8}[\])]/i, '') : null)),
  mp4: (c) => ({ path: c.path.replace(EXTENSION, '.mp4') }),
  ts: (c) => ({ path: c.path.replace(EXTENSION, '.ts') }),
  'capital extension': (c) => ({ path: c.path.replace(EXTENSION, '.MKV') }),
  iso: (c) => ({ path: c.path.replace(EXTENSION, '.iso') }),
  'below Media': (c) => ({ path: `Media/${c.path}` }),
  'below Downloads/complete': (c) => ({ path: `Downloads/complete/${c.path}` }),
  'below a disk': (c) => ({ path: `mnt/disk1/Videos/${c.path}` }),
  'below an unknown shelf': (c) => (c.path.includes('/') ? { path: `Shelf of Anna/${c.path}` } : null),
  MULTi: inserted('MULTi'),
  'German.DL': inserted('German.DL'),
  iTALiAN: inserted('iTALiAN'),
  'ITA.ENG': inserted('ITA.ENG'),
  FRENCH: inserted('FRENCH'),
  PROPER: inserted('PROPER'),
  REPACK: inserted('REPACK'),
  iNTERNAL: inserted('iNTERNAL'),
  HDR: named((s) => (isScene(s) ? s.replace(RESOLUTION, (m) => `${m}.HDR10.DV`) : null)),
  'DDP5.1': named((s) => (isScene(s) ? s.replace(RESOLUTION, (m) => `${m}.DDP5.1.Atmos`) : null)),
  '10bit': named((s) => (isScene(s) ? s.replace(RESOLUTION, (m) => `${m}.10bit`) : null)),
  'title of two words': titled('Quiet Harbour'),
  'title that is a number': titled('300'),
  'title with a number last': titled('District 9'),
  'title with a number first': titled('12 Angry Monkeys'),
  'title with a year': titled('Blade Walker 2049'),
  'title of one letter words': titled('I Am A Man'),
  'title with a language': titled('The Italian Job'),
  'title with an edition': titled('The Final Cut Club'),
  'title with a source': titled('The Web of Lies'),
  'title with marks': titled("Zo\u00eb's Caf\u00e9"),
  'title with a dash': titled('Spider-Man'),
  'title with a number and marks': titled('Ocean\u2019s 11'),
  'title with and': titled('Me & You'),
  'title with part': titled('Part of Me'),
  'title with series': titled('The Lost Season'),
  'title with episode': titled('Episode of Love'),
  'title long': titled('The Assassination of Jesse James by the Coward Robert Ford'),
  'other numbers': renumbered(7),
  'numbers above a hundred': renumbered(100),
  'absolute above a hundred': counted(100),
  'absolute above a thousand': counted(1000),
  'year 1931': redated(1931),
  'year 2027': redated(2027),
}

export type Broken = { change: string; from: Case; path: string; wrong: string[] }

/** Of the cases that are understood as they are: how many stay so under each change, and which do not. */
export function tryChanges(cases: readonly Case[]): {
  tally: Map<string, [number, number]>
  broken: Broken[]
} {
  const good = cases.filter((c) => wrongFields(c, guessFromPath(c.path, hintOf(c))).length === 0)
  const tally = new Map<string, [number, number]>()
  const broken: Broken[] = []
  for (const [change, apply] of Object.entries(CHANGES)) {
    let [kept, all] = [0, 0]
    for (const from of good) {
      const made = apply(from)
      if (!made || made.path === from.path) continue
      all += 1
      const guess = guessFromPath(made.path, hintOf(from))
      const wrong = wrongFields({ ...from, expect: made.expect ?? from.expect }, guess)
      if (wrong.length === 0) kept += 1
      else broken.push({ change, from, path: made.path, wrong })
    }
    tally.set(change, [kept, all])
  }
  return { tally, broken }
}

export function printVariants(args: readonly string[]): void {
  const { tally, broken } = tryChanges(readCases('files'))
  const show = args.find((a) => a.startsWith('--show='))?.slice(7)
  for (const { change, from, path, wrong } of broken)
    if (show === change || show === 'all')
      console.log(
        `${change}\t${wrong.join(',')}\n\t${from.path}\n\t${path}\n\tgot ${JSON.stringify(guessFromPath(path, hintOf(from)))}`,
      )
  let [kept, all] = [0, 0]
  for (const [change, [k, n]] of tally) {
    kept += k
    all += n
    console.log(`${((100 * k) / Math.max(1, n)).toFixed(1).padStart(5)} %  ${k}/${n}  ${change}`)
  }
  console.log(`${((100 * kept) / all).toFixed(1).padStart(5)} %  ${kept}/${all}  all changes`)
}
