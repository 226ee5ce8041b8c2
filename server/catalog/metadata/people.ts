// People and collections as pages: who did what, which films belong together.
import type { CollectionCard, PersonDetails } from '#shared/api/people.ts'
import { Problem } from '../../platform/problem.ts'
import { artworkOf } from '../cards.ts'
import type { Catalog } from '../catalog.ts'
import type { MetadataStore } from '../store-metadata.ts'

export type PeopleDeps = { store: MetadataStore; catalog: Pick<Catalog, 'cards'> }

const MOST_TITLES = 500

export function createPeople({ store, catalog }: PeopleDeps) {
  const cardOf = (row: {
    id: string
    name: string
    poster: string | null
    backdrop: string | null
    count: number
  }): CollectionCard => ({
    id: row.id,
    name: row.name,
    titleCount: row.count,
    poster: artworkOf(row.poster),
    backdrop: artworkOf(row.backdrop),
  })

  return {
    async person(viewerId: string, id: string): Promise<PersonDetails> {
      const person = await store.person(id)
      if (!person) throw new Problem('person-not-found')
      const jobs = await store.titlesOfPerson(id, MOST_TITLES)
      const ids = [...new Set(jobs.map((j) => j.id))]
      const cards = new Map((await catalog.cards(viewerId, ids)).map((c) => [c.id, c]))
      return {
        id,
        name: person.name,
        portrait: artworkOf(person.portrait),
        titles: jobs.flatMap(({ id: titleId, job, role }) => {
          const title = cards.get(titleId)
          return title ? [{ job, character: role, title }] : []
        }),
      }
    },

    async collections(cursor: string | undefined, limit = 50) {
      const at = cursor?.indexOf(' ') ?? -1
      const after =
        cursor === undefined ? { key: '', id: '' } : { id: cursor.slice(0, at), key: cursor.slice(at + 1) }
      const rows = await store.collections(after, limit + 1)
      const last = rows.length > limit ? rows[limit - 1] : undefined
      return {
        items: rows.slice(0, limit).map((row) => cardOf({ ...row, count: Number(row.count ?? 0) })),
        nextCursor: last ? `${last.id} ${last.sort_key}` : null,
      }
    },

    async collection(viewerId: string, id: string) {
      const row = await store.collection(id)
      if (!row) throw new Problem('not-found')
      const ids = (await store.titlesOfCollection(id)).map((t) => t.id)
      return {
        ...cardOf({ ...row, count: ids.length }),
        overview: row.overview || null,
        items: await catalog.cards(viewerId, ids),
      }
    },
  }
}
export type People = ReturnType<typeof createPeople>
