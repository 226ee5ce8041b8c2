// The SQL of what lists are narrowed by: the facets of each listed title, and how many titles have each.
import { type Kysely, sql } from 'kysely'
import {
  bitsToText,
  chunkOf,
  common,
  countBits,
  emptyBits,
  seqsOf,
  setBit,
  textToBits,
} from '../platform/database/facet-sets.ts'
import type { Tables } from '../platform/database/schema.ts'
import { type FileFacts, facetsOf } from './facets.ts'

type Pair = { facet: string; seq: number }

/** Brings the facets of these films and series up to date with their files and genres; only what differs is written. */
export async function refacet(trx: Kysely<Tables>, ids: readonly string[]): Promise<void> {
  const titles = await trx
    .selectFrom('titles as t')
    .innerJoin('title_details as d', 'd.title_id', 't.id')
    .select(['t.id', 't.seq', 't.kind', 't.listed', 't.year', 'd.genres', 'd.facets'])
    .where('t.id', 'in', ids)
    .where('t.kind', 'in', ['movie', 'show'])
    .execute()
  if (titles.length === 0) return
  const files = await filesBelow(
    trx,
    titles.filter((title) => title.listed !== null),
  )
  const [added, gone]: [Pair[], Pair[]] = [[], []]
  for (const { id, seq, listed, year, genres, facets } of titles) {
    const before = new Set(JSON.parse(facets) as string[])
    const now =
      listed === null
        ? new Set<string>()
        : facetsOf(files.get(id) ?? [], { year, genres: JSON.parse(genres) as string[] })
    const [more, less] = [now.difference(before), before.difference(now)]
    if (more.size + less.size === 0) continue
    for (const facet of more) added.push({ facet, seq })
    for (const facet of less) gone.push({ facet, seq })
    await trx
      .updateTable('title_details')
      .set({ facets: JSON.stringify([...now]) })
      .where('title_id', '=', id)
      .execute()
  }
  for (const [facet, pairs] of Map.groupBy(gone, (pair) => pair.facet))
    await trx
      .deleteFrom('title_facets')
      .where('facet', '=', facet)
      .where(
        'seq',
        'in',
        pairs.map(({ seq }) => seq),
      )
      .execute()
  for (let at = 0; at < added.length; at += 500)
    await trx
      .insertInto('title_facets')
      .values(added.slice(at, at + 500))
      .execute()
  await count(trx, added, gone)
  await changeSets(trx, added, gone)
}

/** The titles that have each of these facets: one look at the bits, however many titles have one of them. */
export async function inAllFacets(
  db: Kysely<Tables>,
  facets: readonly string[],
): Promise<{ size: number; seqs: () => number[] }> {
  const rows = await db.selectFrom('facet_sets').selectAll().where('facet', 'in', facets).execute()
  const chunks = [...Map.groupBy(rows, (row) => row.chunk)]
    .filter(([, sets]) => sets.length === facets.length)
    .map(([chunk, sets]) => ({ chunk, bits: common(sets.map(({ bits }) => textToBits(bits))) }))
    .toSorted((a, b) => a.chunk - b.chunk)
  return {
    size: chunks.reduce((sum, { bits }) => sum + countBits(bits), 0),
    seqs: () => chunks.flatMap(({ chunk, bits }) => seqsOf(chunk, bits)),
  }
}

/** After the facets are counted: their counts' rows are locked, so no two processes change one set at once. */
async function changeSets(trx: Kysely<Tables>, added: readonly Pair[], gone: readonly Pair[]): Promise<void> {
  const changes = [
    ...added.map((pair) => ({ ...pair, isIn: true })),
    ...gone.map((pair) => ({ ...pair, isIn: false })),
  ]
  for (const [facet, ofFacet] of Map.groupBy(changes, (change) => change.facet)) {
    const byChunk = Map.groupBy(ofFacet, ({ seq }) => chunkOf(seq))
    const known = await trx
      .selectFrom('facet_sets')
      .selectAll()
      .where('facet', '=', facet)
      .where('chunk', 'in', [...byChunk.keys()])
      .execute()
    const before = new Map(known.map((row) => [row.chunk, row.bits]))
    const rows = [...byChunk].map(([chunk, some]) => {
      const text = before.get(chunk)
      const bits = text === undefined ? emptyBits() : textToBits(text)
      for (const { seq, isIn } of some) setBit(bits, seq, isIn)
      return { facet, chunk, bits: bitsToText(bits) }
    })
    await trx
      .insertInto('facet_sets')
      .values(rows)
      .onConflict((c) =>
        c.columns(['facet', 'chunk']).doUpdateSet((eb) => ({ bits: eb.ref('excluded.bits') })),
      )
      .execute()
  }
}

async function filesBelow(trx: Kysely<Tables>, listed: readonly { id: string; kind: string }[]) {
  const idsOf = (kind: string) => listed.filter((title) => title.kind === kind).map(({ id }) => id)
  const [films, shows] = [idsOf('movie'), idsOf('show')]
  const columns = [
    'f.height',
    'f.is_hdr',
    'f.video_codec',
    'f.audio_languages',
    'f.subtitle_languages',
  ] as const
  const rows: (Omit<FileFacts, 'duration_seconds'> & { id: string | null })[] = []
  if (films.length > 0)
    rows.push(
      ...(await trx
        .selectFrom('title_files as f')
        .select(['f.title_id as id', ...columns])
        .where('f.title_id', 'in', films)
        .execute()),
    )
  if (shows.length > 0)
    rows.push(
      ...(await trx
        .selectFrom('titles as e')
        .innerJoin('title_files as f', 'f.title_id', 'e.id')
        .select(['e.show_id as id', ...columns])
        .distinct()
        .where('e.show_id', 'in', shows)
        .where('e.kind', '=', 'episode')
        .execute()),
    )
  return Map.groupBy(rows, ({ id }) => id)
}

/** In the order of the facets, so that two processes never wait for each other crosswise. */
async function count(trx: Kysely<Tables>, added: readonly Pair[], gone: readonly Pair[]): Promise<void> {
  const changes = new Map<string, number>()
  for (const { facet } of added) changes.set(facet, (changes.get(facet) ?? 0) + 1)
  for (const { facet } of gone) changes.set(facet, (changes.get(facet) ?? 0) - 1)
  const rows = [...changes].map(([facet, titles]) => ({ facet, titles }))
  if (rows.length === 0) return
  await trx
    .insertInto('facet_counts')
    .values(rows.toSorted((a, b) => (a.facet < b.facet ? -1 : 1)))
    .onConflict((c) =>
      c.column('facet').doUpdateSet({ titles: sql<number>`facet_counts.titles + excluded.titles` }),
    )
    .execute()
}
