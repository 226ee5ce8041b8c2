// How many names of the truth set are understood: per file, per field, per tag, and how long a name takes.
import { existsSync, readFileSync } from 'node:fs'
import { guessFromPath, type NameGuess } from '../server/library/file-name.ts'
import { groupFiles } from '../server/library/grouping.ts'
import { seasonOfFolder } from '../server/library/names/folders.ts'
import { subtitleWords } from '../server/library/names/subtitle-words.ts'
import { comparable } from '../server/library/names/text.ts'

type Case = {
  id: string
  path: string
  hint?: string
  parent?: string
  libraryRoot?: string
  source: string | string[]
  tags?: string[]
  expect: Record<string, unknown>
}

const CORPUS = new URL('../../shared/corpora/naming/', import.meta.url)
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [String(value)])

/** `Collectors.Edition`, `Collector's Cut` and `Collector` name one edition. */
const editionWords = (text: string) =>
  comparable(text.replaceAll('.', ' '))
    .replace(/fan ?edit/g, 'fanedit')
    .split(' ')
    .map((word) => word.replace(/s$/, ''))
    .filter((word) => !['edition', 'cut', 'collection', ''].includes(word))

function wrongFields({ expect: e }: Case, g: NameGuess): string[] {
  const wrong: string[] = []
  const want = (field: string, holds: boolean) => void (holds || wrong.push(field))
  if (e['type'] !== undefined) want('type', g.kind === e['type'])
  if (e['title'] !== undefined || e['titleAlt'] !== undefined) {
    const names = [e['title'], ...list(e['titleAlt'] ?? [])].filter((n) => n != null).map(String)
    const all = names.flatMap((n) => [
      comparable(n),
      ...(e['year'] ? [comparable(`${n} ${Number(e['year'])}`)] : []),
    ])
    want('title', all.includes(comparable(g.title ?? '')))
  }
  if (e['year'] !== undefined) want('year', g.year === e['year'])
  if (e['season'] !== undefined) want('season', g.season === e['season'])
  if (e['seasons'] !== undefined) want('seasons', same(g.seasons, e['seasons']))
  if (e['seasonImplied'] !== undefined) want('season', g.season === null || g.season === e['seasonImplied'])
  if (e['episodes'] !== undefined) want('episodes', same(g.episodes, e['episodes']))
  if (e['absolute'] !== undefined) want('absolute', same(g.episodes, e['absolute']))
  if (e['firstEpisode'] !== undefined) want('episodes', g.episodes[0] === e['firstEpisode'])
  if (e['lastEpisode'] !== undefined) want('episodes', g.episodes.at(-1) === e['lastEpisode'])
  if (e['date'] !== undefined) want('date', g.date === e['date'])
  if (e['part'] !== undefined) want('part', g.part === e['part'])
  if (e['edition'] !== undefined) {
    const said = editionWords(g.edition ?? '')
    want(
      'edition',
      list(e['edition']).some((one) => editionWords(one).every((word) => said.includes(word))),
    )
  }
  if (e['ids'] !== undefined)
    want(
      'ids',
      Object.entries(e['ids'] as object).every(([k, v]) => g.ids[k as 'tmdb'] === v),
    )
  for (const field of list(e['absent'] ?? []))
    want(
      `absent ${field}`,
      field === 'episodes'
        ? g.episodes.length === 0
        : field === 'season'
          ? g.season === null
          : field === 'year'
            ? g.year === null
            : field === 'seasons'
              ? g.seasons.length === 0
              : field === 'date'
                ? g.date === null
                : field === 'part'
                  ? g.part === null
                  : field === 'title'
                    ? g.title === null
                    : field === 'edition' && g.edition === null,
    )
  return wrong
}

const EXTRA_NAMES: Record<string, string> = {
  DeletedScene: 'deleted-scene',
  BehindTheScenes: 'behind-the-scenes',
  ThemeVideo: 'theme-video',
  ThemeSong: 'theme-song',
  Unknown: 'other',
}

export function run(args: readonly string[]): void {
  if (!existsSync(CORPUS)) return console.log('The truth set is not here; nothing to measure.')
  const read = (name: string) =>
    readFileSync(new URL(`${name}.public.jsonl`, CORPUS), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((l) => JSON.parse(l) as Case)
  const show = args.find((a) => a.startsWith('--show='))?.slice(7)
  const half = args.find((a) => a.startsWith('--half='))?.slice(7)
  const tally = new Map<string, [number, number]>()
  const count = (key: string, good: boolean) => {
    const [ok, all] = tally.get(key) ?? [0, 0]
    tally.set(key, [ok + (good ? 1 : 0), all + 1])
  }
  const inHalf = (c: Case) => half === undefined || (BigInt(`0x${c.id}`) % 2n === 0n) === (half === 'dev')
  const fail = (file: string, c: Case, why: string, got: unknown) => {
    if (show === file)
      console.log(`${why}\t${c.path}\n\twant ${JSON.stringify(c.expect)}\n\tgot  ${JSON.stringify(got)}`)
  }
  for (const file of ['files', 'season-folders', 'negative'])
    for (const c of read(file).filter(inHalf)) {
      const hint = c.hint === 'movie' ? 'films' : c.hint === 'episode' ? 'series' : 'mixed'
      const guess = guessFromPath(c.path, hint)
      const wrong = wrongFields(c, guess)
      count(`file ${file}`, wrong.length === 0)
      const isDocs = list(c.source).some((s) => s.startsWith('docs'))
      if (isDocs) count('documented conventions', wrong.length === 0)
      for (const tag of c.tags ?? []) count(`tag ${tag}`, wrong.length === 0)
      for (const field of Object.keys(c.expect)) count(`field ${field}`, !wrong.includes(field))
      if (wrong.length > 0) {
        fail(file, c, wrong.join(','), guess)
        if (isDocs) fail('docs', c, wrong.join(','), guess)
      }
    }
  for (const c of read('extras').filter(inHalf)) {
    const inside =
      c.libraryRoot && c.path.startsWith(c.libraryRoot) ? c.path.slice(c.libraryRoot.length + 1) : c.path
    const got = guessFromPath(inside).extra
    const expected = c.expect['extra'] as string | null
    const good = got === (expected === null ? null : (EXTRA_NAMES[expected] ?? expected.toLowerCase()))
    count('file extras', good)
    if (!good) fail('extras', c, 'extra', got)
  }
  for (const c of read('folders').filter(inHalf)) {
    if (c.expect['kind'] === 'series') {
      const got = guessFromPath(c.path.split('/').at(-1) ?? '').title
      const good = comparable(got ?? '') === comparable(String(c.expect['title']))
      count('file folders', good)
      if (!good) fail('folders', c, 'title', got)
      continue
    }
    const got = seasonOfFolder(c.path.split('/').at(-1) ?? '', (c.parent ?? '').split('/').at(-1))
    count('file folders', got === c.expect['season'])
    if (got !== c.expect['season']) fail('folders', c, 'season', got)
  }
  for (const c of read('grouping').filter(inHalf)) {
    const files = (c as { files?: string[] }).files ?? []
    const got = groupFiles(files, files.every((f) => f.startsWith('/TV/')) ? 'series' : 'films')
    const e = c.expect
    const stacks = got.flatMap((entry) => entry.versions).filter((v) => v.parts.length > 1)
    const wrong = [
      e['entries'] !== undefined && got.length !== e['entries'] && 'entries',
      e['alternatesOfFirst'] !== undefined &&
        (got[0]?.versions.length ?? 0) - 1 !== e['alternatesOfFirst'] &&
        'alternates',
      e['stackCount'] !== undefined && stacks.length !== e['stackCount'] && 'stack count',
      e['stacks'] !== undefined &&
        !same(
          stacks.map((s) => ({ name: s.name, parts: s.parts.length })),
          e['stacks'],
        ) &&
        'stacks',
    ].filter(Boolean)
    count('file grouping', wrong.length === 0)
    if (wrong.length > 0) fail('grouping', { ...c, path: files.join('\n\t') }, wrong.join(','), got)
  }
  for (const c of read('format3d').filter(inHalf)) {
    const got = guessFromPath(c.path).format3d
    count('file format3d', got === c.expect['format3d'])
  }
  for (const c of read('subtitles').filter(inHalf)) {
    const name = c.path.replace(/\.[^.]+$/, '')
    const video = (c as { video?: string }).video?.replace(/\.[^.]+$/, '')
    // Without a video beside it, its name ends at the first dot behind a space or a bracket.
    const rest =
      video === undefined
        ? (/(?<=[\]\w])\.(?=[^\s\]]*$)(?!\d+\]).*$/.exec(name)?.[0] ?? '')
        : name.slice(video.length)
    const got = subtitleWords(rest)
    const e = c.expect
    const tags = e['tags'] === undefined ? null : list(e['tags'])
    const short = (l: unknown) => (typeof l === 'string' ? subtitleWords(`.${l}`).language : null)
    const wrong = [
      e['language'] !== undefined && got.language !== short(e['language']) && 'language',
      // Sonarr reads a title only beside a language.
      typeof e['title'] === 'string' && got.title !== e['title'] && 'title',
      e['default'] !== undefined && got.isDefault !== e['default'] && 'default',
      e['forced'] !== undefined && got.isForced !== e['forced'] && 'forced',
      e['hearingImpaired'] !== undefined &&
        got.isHearingImpaired !== e['hearingImpaired'] &&
        'hearing impaired',
      tags?.includes('forced') && !got.isForced && 'forced',
      tags?.includes('default') && !got.isDefault && 'default',
    ].filter(Boolean)
    count('file subtitles', wrong.length === 0)
    if (wrong.length > 0) fail('subtitles', c, wrong.join(','), got)
  }
  const paths = read('files').map((c) => c.path)
  const started = performance.now()
  for (let i = 0; i < 3; i++) for (const path of paths) guessFromPath(path)
  const msPerName = (performance.now() - started) / (3 * paths.length)
  const result = {
    msPerName: Number(msPerName.toFixed(3)),
    ...Object.fromEntries(
      [...tally].map(([key, [ok, all]]) => [
        key,
        { ok, all, percent: Number(((100 * ok) / all).toFixed(1)) },
      ]),
    ),
  }
  if (args.includes('--json')) console.log(JSON.stringify(result))
  else {
    console.log(`${msPerName.toFixed(3)} ms a name`)
    for (const [key, [ok, all]] of tally)
      console.log(`${((100 * ok) / all).toFixed(1).padStart(5)} %  ${ok}/${all}  ${key}`)
  }
}
