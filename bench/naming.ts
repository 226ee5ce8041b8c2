// How many names of the truth set are understood: per file, per field, per tag, and how long a name takes; with
// `--variants`, how many still are when they are written in other ways that mean the same.
import { guessFromPath } from '../server/library/file-name.ts'
import { groupFiles } from '../server/library/grouping.ts'
import { seasonOfFolder } from '../server/library/names/folders.ts'
import { subtitleWords } from '../server/library/names/subtitle-words.ts'
import { comparable } from '../server/library/names/text.ts'
import { type Case, hintOf, isHere, list, readCases as read, same, wrongFields } from './naming/cases.ts'
import { printVariants } from './naming/variants.ts'

const EXTRA_NAMES: Record<string, string> = {
  DeletedScene: 'deleted-scene',
  BehindTheScenes: 'behind-the-scenes',
  ThemeVideo: 'theme-video',
  ThemeSong: 'theme-song',
  Unknown: 'other',
}

export function run(args: readonly string[]): void {
  if (!isHere()) return console.log('The truth set is not here; nothing to measure.')
  if (args.includes('--variants')) return printVariants(args)
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
      const guess = guessFromPath(c.path, hintOf(c))
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
