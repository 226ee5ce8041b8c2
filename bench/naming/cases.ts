// The truth set of names: its cases, and what of a guess is wrong by them.
import { existsSync, readFileSync } from 'node:fs'
import type { NameGuess } from '../../server/library/file-name.ts'
import { comparable } from '../../server/library/names/text.ts'

export type Case = {
  id: string
  path: string
  hint?: string
  parent?: string
  libraryRoot?: string
  source: string | string[]
  tags?: string[]
  expect: Record<string, unknown>
}

const CORPUS = new URL('../../../shared/corpora/naming/', import.meta.url)
export const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
export const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [String(value)])

/** `Collectors.Edition`, `Collector's Cut` and `Collector` name one edition. */
const editionWords = (text: string) =>
  comparable(text.replaceAll('.', ' '))
    .replace(/fan ?edit/g, 'fanedit')
    .split(' ')
    .map((word) => word.replace(/s$/, ''))
    .filter((word) => !['edition', 'cut', 'collection', ''].includes(word))

export function wrongFields({ expect: e }: Case, g: NameGuess): string[] {
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

export const isHere = (): boolean => existsSync(CORPUS)

export const readCases = (name: string): Case[] =>
  readFileSync(new URL(`${name}.public.jsonl`, CORPUS), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Case)

/** What the library's kind says beforehand. */
export const hintOf = ({ hint }: Case): 'films' | 'series' | 'mixed' =>
  hint === 'movie' ? 'films' : hint === 'episode' ? 'series' : 'mixed'
