// Two titles that turned out to be one: files, episodes and everybody's history go to the one that stays, and back.
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Tables } from '../platform/database/schema.ts'

type Title = Selectable<Tables['titles']>
type ViewerTitle = Selectable<Tables['viewer_titles']>

/** Everything that is needed to take a merge back. */
export type Merge = {
  winnerId: string
  loserId: string
  /** Titles that lead to another one now. */
  merged: { id: string; into: string }[]
  /** Seasons and episodes that the winner did not have: as they were. */
  moved: { id: string; parentId: string | null; showId: string | null; identity: string }[]
  links: { fileId: string; from: string; to: string; wasThere: boolean }[]
  /** What viewers had of the winner before, and when the merge wrote over it. */
  viewers: { viewerId: string; titleId: string; before: ViewerTitle | null; now: ViewerTitle }[]
  /** Whose files changed: to be counted again. */
  touched: string[]
}

const CHUNK = 500
const chunks = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, i) => items.slice(i * CHUNK, (i + 1) * CHUNK))

/** Episodes are the same by number, else by the day, else by what their file is called. */
const keyOf = (title: Title, show: Title): string =>
  title.kind === 'season'
    ? `season ${title.season_number}`
    : title.episode_number === null
      ? (title.aired_on ?? title.identity.slice(show.identity.length))
      : `${title.season_number}x${title.episode_number}`

/** The later position counts; watched and favourite stay what either was. */
const together = (a: ViewerTitle | undefined, b: ViewerTitle, into: Title): ViewerTitle => {
  const later = a && a.updated_at_ms >= b.updated_at_ms ? a : b
  return {
    ...later,
    title_id: into.id,
    show_id: into.show_id,
    watched: Math.max(a?.watched ?? 0, b.watched),
    favourite: Math.max(a?.favourite ?? 0, b.favourite),
    watched_children: a?.watched_children ?? 0,
  }
}

const titleOf = (trx: Kysely<Tables>, id: string): Promise<Title> =>
  trx.selectFrom('titles').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const belowOf = (trx: Kysely<Tables>, showId: string): Promise<Title[]> =>
  trx
    .selectFrom('titles')
    .selectAll()
    .where('show_id', '=', showId)
    .where('merged_into', 'is', null)
    .execute()
const place = (trx: Kysely<Tables>, id: string, values: Partial<Title>) =>
  trx.updateTable('titles').set(values).where('id', '=', id).execute()

export async function mergeTitles(trx: Kysely<Tables>, winnerId: string, loserId: string): Promise<Merge> {
  const [winner, loser] = [await titleOf(trx, winnerId), await titleOf(trx, loserId)]
  const merge: Merge = { winnerId, loserId, merged: [], moved: [], links: [], viewers: [], touched: [] }
  const pairs: { from: Title; into: Title }[] = [{ from: loser, into: winner }]
  if (winner.kind === 'show') {
    const own = new Map((await belowOf(trx, winnerId)).map((title) => [keyOf(title, winner), title]))
    for (const from of await belowOf(trx, loserId)) {
      const into = own.get(keyOf(from, loser))
      if (into) {
        pairs.push({ from, into })
        continue
      }
      merge.moved.push({
        id: from.id,
        parentId: from.parent_id,
        showId: from.show_id,
        identity: from.identity,
      })
      const season = from.kind === 'season' ? winner : own.get(`season ${from.season_number}`)
      await place(trx, from.id, {
        parent_id: season?.id ?? from.parent_id,
        show_id: winnerId,
        identity: winner.identity + from.identity.slice(loser.identity.length),
      })
      await trx
        .updateTable('viewer_titles')
        .set({ show_id: winnerId })
        .where('title_id', '=', from.id)
        .execute()
    }
  }
  for (const { from, into } of pairs) {
    merge.merged.push({ id: from.id, into: into.id })
    await place(trx, from.id, { merged_into: into.id })
    await moveLinks(trx, merge, from.id, into.id)
    await joinHistories(trx, merge, from, into)
  }
  merge.touched = [
    ...pairs.flatMap(({ from, into }) => [from.id, into.id]),
    ...merge.moved.map(({ id }) => id),
  ]
  await recountWatched(trx, [winnerId])
  return merge
}

async function moveLinks(trx: Kysely<Tables>, merge: Merge, from: string, to: string): Promise<void> {
  const there = await trx.selectFrom('title_files').select('file_id').where('title_id', '=', to).execute()
  const own = new Set(there.map((link) => link.file_id))
  for (const link of await trx
    .selectFrom('title_files')
    .select('file_id')
    .where('title_id', '=', from)
    .execute()) {
    const wasThere = own.has(link.file_id)
    merge.links.push({ fileId: link.file_id, from, to, wasThere })
    const rows = trx
      .updateTable('title_files')
      .where('title_id', '=', from)
      .where('file_id', '=', link.file_id)
    if (wasThere)
      await trx
        .deleteFrom('title_files')
        .where('title_id', '=', from)
        .where('file_id', '=', link.file_id)
        .execute()
    else await rows.set({ title_id: to }).execute()
  }
}

/** Copied, so that the other title still has its own when it stands alone again. */
async function joinHistories(trx: Kysely<Tables>, merge: Merge, from: Title, into: Title): Promise<void> {
  const of = (id: string) => trx.selectFrom('viewer_titles').selectAll().where('title_id', '=', id).execute()
  const own = new Map((await of(into.id)).map((row) => [row.viewer_id, row]))
  for (const row of await of(from.id)) {
    const before = own.get(row.viewer_id)
    const now = together(before, row, into)
    merge.viewers.push({ viewerId: row.viewer_id, titleId: into.id, before: before ?? null, now })
    await trx
      .insertInto('viewer_titles')
      .values(now)
      .onConflict((c) => c.columns(['viewer_id', 'title_id']).doUpdateSet(now))
      .execute()
  }
}

/** Shows and seasons keep how many of their episodes each viewer has watched. */
async function recountWatched(trx: Kysely<Tables>, showIds: readonly string[]): Promise<void> {
  for (const showId of showIds)
    await sql`update viewer_titles set watched_children = (
        select count(*) from titles e join viewer_titles v on v.title_id = e.id and v.watched = 1
        where v.viewer_id = viewer_titles.viewer_id and e.kind = 'episode'
          and (e.parent_id = viewer_titles.title_id or e.show_id = viewer_titles.title_id))
      where title_id = ${showId} or title_id in (select id from titles where parent_id = ${showId} and kind = 'season')`.execute(
      trx,
    )
}

export async function splitTitles(trx: Kysely<Tables>, merge: Merge): Promise<void> {
  for (const { id, parentId, showId, identity } of merge.moved) {
    await place(trx, id, { parent_id: parentId, show_id: showId, identity })
    await trx.updateTable('viewer_titles').set({ show_id: showId }).where('title_id', '=', id).execute()
  }
  for (const ids of chunks(merge.merged.map(({ id }) => id)))
    await trx.updateTable('titles').set({ merged_into: null }).where('id', 'in', ids).execute()
  for (const { fileId, from, to, wasThere } of merge.links) {
    const link = await trx
      .selectFrom('title_files')
      .selectAll()
      .where('title_id', '=', to)
      .where('file_id', '=', fileId)
      .executeTakeFirst()
    // Gone meanwhile.
    if (!link) continue
    await trx
      .insertInto('title_files')
      .values({ ...link, title_id: from })
      .execute()
    if (!wasThere)
      await trx.deleteFrom('title_files').where('title_id', '=', to).where('file_id', '=', fileId).execute()
  }
  for (const { viewerId, titleId, before, now } of merge.viewers) {
    const rows = trx
      .selectFrom('viewer_titles')
      .selectAll()
      .where('viewer_id', '=', viewerId)
      .where('title_id', '=', titleId)
    const found = await rows.executeTakeFirst()
    // What was watched or marked since is kept.
    if (!found || found.updated_at_ms !== now.updated_at_ms || found.favourite !== now.favourite) continue
    if (before)
      await trx
        .updateTable('viewer_titles')
        .set(before)
        .where('viewer_id', '=', viewerId)
        .where('title_id', '=', titleId)
        .execute()
    else
      await trx
        .deleteFrom('viewer_titles')
        .where('viewer_id', '=', viewerId)
        .where('title_id', '=', titleId)
        .execute()
  }
  await recountWatched(trx, [merge.winnerId, merge.loserId])
}
