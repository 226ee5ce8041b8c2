// Files to the titles they play: found or made, linked, and renamed along with a film's only file.
import type { Placement } from '../library/library.ts'
import { placementOf } from '../library/library.ts'
import { createTurns } from '../platform/async.ts'
import { newId } from '../platform/ids.ts'
import type { CatalogStore, NewTitle, NewTitleFile, TitleRow } from './store.ts'

/** A file as the library tells of it: new, or moved to another path. */
export type FileToPlace = {
  id: string
  libraryId: string
  libraryKind: 'films' | 'series' | 'mixed'
  relativePath: string
  addedAtMs: number
  isOffline?: boolean
}

type Tx = Parameters<Parameters<CatalogStore['placing']>[0]>[0]
type Placed = { file: FileToPlace; placement: Placement }
type Known = Pick<TitleRow, 'id' | 'identity' | 'year'>
type Described = Omit<NewTitle, 'id' | 'library_id' | 'identity' | 'added_at_ms' | 'listed'>

const seasonOf = (show: string, season: number) => `${show}|season|${season}`
const episodeOf = (show: string, episode: string) => `${show}|${episode}`

const NOWHERE = {
  parent_id: null,
  show_id: null,
  season_number: null,
  episode_number: null,
  last_episode_number: null,
  aired_on: null,
}

/** The title that a merged one has become; itself where it was never merged. */
export async function nowOf(row: TitleRow, rowOf: (id: string) => Promise<TitleRow | undefined>) {
  let now = row
  for (let hops = 0; now.merged_into !== null && hops < 20; hops += 1)
    now = (await rowOf(now.merged_into)) ?? now
  return now
}

/** The titles that a batch may belong to, looked up together; those it makes join them. */
async function titlesFor(tx: Tx, placed: readonly Placed[]) {
  const known = new Map<string, Known>()
  const keyOf = (libraryId: string, identity: string) => `${libraryId}|${identity}`
  for (const [libraryId, some] of Map.groupBy(placed, (p) => p.file.libraryId)) {
    const tops = [...new Set(some.map((p) => p.placement.identity))]
    for (const row of await tx.findByIdentity(libraryId, tops))
      known.set(keyOf(libraryId, row.identity), await nowOf(row, tx.row))
    const below = new Set<string>()
    for (const { placement: p } of some) {
      const show = known.get(keyOf(libraryId, p.identity))?.identity ?? p.identity
      for (const e of p.episodes) below.add(seasonOf(show, p.season)).add(episodeOf(show, e.identity))
    }
    for (const row of await tx.findByIdentity(libraryId, [...below]))
      known.set(keyOf(libraryId, row.identity), row)
  }
  return async (file: FileToPlace, identity: string, title: Described, words: string): Promise<Known> => {
    const key = keyOf(file.libraryId, identity)
    const there = known.get(key)
    if (there) return there
    const made = { ...title, id: newId(), library_id: file.libraryId, identity }
    await tx.insert({ ...made, added_at_ms: file.addedAtMs, listed: null }, words)
    known.set(key, made)
    return made
  }
}
type Ensure = Awaited<ReturnType<typeof titlesFor>>

/** The film or the episodes that a new file plays. */
async function titlesOf(tx: Tx, ensure: Ensure, { file, placement: p }: Placed): Promise<string[]> {
  const named = { ...NOWHERE, name: p.name, sort_key: p.sortKey, year: p.year ?? 0 }
  const top = await ensure(
    file,
    p.identity,
    { ...named, kind: p.kind === 'movie' ? 'movie' : 'show' },
    p.name,
  )
  if (Object.keys(p.ids).length > 0) await tx.setIds(top.id, p.ids)
  if (p.kind === 'movie') return [top.id]
  if (top.year === 0 && p.year !== null) {
    top.year = p.year
    await tx.adoptYear(top.id, p.year)
  }
  const below = { ...NOWHERE, show_id: top.id, year: 0, season_number: p.season }
  const seasonName = p.season === 0 ? 'Specials' : `Season ${p.season}`
  const season = await ensure(
    file,
    seasonOf(top.identity, p.season),
    { ...below, kind: 'season', parent_id: top.id, name: seasonName, sort_key: seasonName.toLowerCase() },
    '',
  )
  const episodes: string[] = []
  for (const e of p.episodes) {
    const name = e.name ?? (e.number === null ? p.name : `Episode ${e.number}`)
    const title: Described = {
      ...below,
      kind: 'episode',
      parent_id: season.id,
      name,
      sort_key: name.toLowerCase(),
      episode_number: e.number,
      aired_on: p.airedOn,
    }
    episodes.push((await ensure(file, episodeOf(top.identity, e.identity), title, e.name ?? '')).id)
  }
  return episodes
}

/** A film's only file may give it a new name, and take it along into another library. */
async function followMove(tx: Tx, titleId: string, { file, placement: p }: Placed): Promise<void> {
  const row = await tx.row(titleId)
  if (row?.kind !== 'movie' || p.kind !== 'movie') return
  if (row.identity === p.identity && row.library_id === file.libraryId) return
  if ((await tx.countFiles(row.id)) !== 1) return
  if ((await tx.findByIdentity(file.libraryId, [p.identity])).length > 0) return
  // What the metadata source or a person says of it outlives a new file name.
  const { name, sort_key, year } = (await tx.isMatched(row.id))
    ? row
    : { name: p.name, sort_key: p.sortKey, year: p.year ?? 0 }
  await tx.rename(row.id, { identity: p.identity, library_id: file.libraryId, name, sort_key, year })
}

/** In turns with everybody else: reading hundreds of names takes longer than a player should wait. */
async function placementsOf(files: readonly FileToPlace[]): Promise<Placed[]> {
  const turns = createTurns()
  const placed: Placed[] = []
  for (const file of files) {
    await turns()
    const placement = placementOf(file.relativePath, file.libraryKind)
    if (placement) placed.push({ file, placement })
  }
  return placed
}

/** Finds or makes the titles of one batch of files, and links them. Gives back the titles touched. */
export async function placeBatch(tx: Tx, files: readonly FileToPlace[]): Promise<string[]> {
  const linked = Map.groupBy(await tx.linked(files.map((f) => f.id)), (link) => link.file_id)
  const placed = await placementsOf(files)
  const ensure = await titlesFor(tx, placed)
  const links: NewTitleFile[] = []
  const moved: { titleId: string; to: string }[] = []
  for (const one of placed) {
    // A moved file keeps its title, and with it everybody's history.
    const before = linked.get(one.file.id)?.map((link) => link.title_id)
    if (before?.length === 1) await followMove(tx, before[0] ?? '', one)
    if (before && one.placement.kind === 'episode')
      moved.push({ titleId: before[0] ?? '', to: one.file.libraryId })
    for (const titleId of before ?? (await titlesOf(tx, ensure, one)))
      links.push({
        file_id: one.file.id,
        title_id: titleId,
        library_id: one.file.libraryId,
        version: one.placement.version,
        part: one.placement.part,
        is_offline: one.file.isOffline ? 1 : 0,
      })
  }
  await tx.link(links)
  for (const [libraryId, some] of Map.groupBy(moved, ({ to }) => to))
    await tx.followFiles(
      some.map(({ titleId }) => titleId),
      libraryId,
    )
  return [...new Set(links.map((link) => link.title_id))]
}
