// The titles of each facet as sets of bits, for lists that several facets narrow.
import { type Kysely, sql } from 'kysely'
import { type Bits, bitsToText, chunkOf, emptyBits, setBit } from '../facet-sets.ts'
import type { Migration } from '../migrate.ts'
import type { Tables } from '../schema.ts'

const PAGE = 10_000
const ROWS = 100

/** From `title_facets`, whatever is there; the sets must be empty. */
export async function fillFacetSets(db: Kysely<Tables>): Promise<void> {
  const facets = await sql<{ facet: string }>`select facet from facet_counts order by facet`.execute(db)
  for (const { facet } of facets.rows) {
    const chunks = new Map<number, Bits>()
    for (let after = -1; ;) {
      const { rows } = await sql<{ seq: number }>`select seq from title_facets
        where facet = ${facet} and seq > ${after} order by seq limit ${sql.lit(PAGE)}`.execute(db)
      for (const { seq } of rows) {
        const chunk = chunkOf(seq)
        const bits = chunks.get(chunk) ?? emptyBits()
        chunks.set(chunk, bits)
        setBit(bits, seq, true)
      }
      after = rows.at(-1)?.seq ?? after
      if (rows.length < PAGE) break
    }
    const all = [...chunks].map(([chunk, bits]) => ({ facet, chunk, bits: bitsToText(bits) }))
    for (let at = 0; at < all.length; at += ROWS)
      await db
        .insertInto('facet_sets')
        .values(all.slice(at, at + ROWS))
        .execute()
  }
}

export const facetSets: Migration = {
  version: 15,
  name: 'facet sets',
  up: (dialect) => [
    `create table facet_sets (
      facet text not null, chunk integer not null, bits text not null, primary key (facet, chunk))
      ${dialect === 'sqlite' ? 'strict' : ''}`,
  ],
  fill: fillFacetSets,
}
