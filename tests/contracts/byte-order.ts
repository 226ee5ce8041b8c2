// Texts that begin alike are found, and lists are sorted, by bytes in both databases, whatever language they are of.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenDatabase } from '../../server/platform/database/database.ts'
import { createWatchedTitles } from '../support/watched-titles.ts'

const NAMES = ['A B', 'AB', 'Alien', 'Alien 2', 'Alien³', 'Älg', 'Élan', 'Øre', 'Zorro', '日本沈没']

export function byteOrderContract(name: string, open: () => Promise<OpenDatabase>): void {
  test(`${name}: what begins so is found, and lists have the order of their bytes`, async () => {
    await using database = await open()
    const { catalog } = createWatchedTitles(database, () => 1)
    const file = { libraryId: 'l', libraryKind: 'films' as const, addedAtMs: 1 }
    const place = (title: string) =>
      catalog.placeFiles([{ ...file, id: title, relativePath: `${title} (2001)/${title} (2001).mkv` }])
    for (const title of NAMES) await place(title)

    const { db } = database
    const rows = await db.selectFrom('titles').select(['id', 'sort_key']).execute()
    const sorted = rows.toSorted((a, b) => Buffer.compare(Buffer.from(a.sort_key), Buffer.from(b.sort_key)))
    const listed = (await catalog.list('v', 'movie', {})).items.map(({ id }) => id)
    assert.deepEqual(
      listed,
      sorted.map(({ id }) => id),
    )
    const begun = (await catalog.search('v', 'al')).map((title) => title.name)
    assert.deepEqual(begun.toSorted(), ['Alien', 'Alien 2', 'Alien³', 'Älg'])

    await db
      .insertInto('facet_counts')
      .values([{ facet: 'genre:Dråma', titles: 1 }])
      .execute()
    assert.deepEqual(await catalog.genres(), [{ name: 'Dråma', count: 1 }])
  })
}
