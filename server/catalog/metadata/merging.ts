// Titles of one library that are the same film or series become one: the oldest stays, with all files and histories.
import type { MatchChangeTable, TitleMatchTable } from '../../platform/database/schema.ts'
import { writeChange, writeMatches } from '../store-changes.ts'
import type { CatalogStore } from '../store.ts'
import type { MetadataStore } from '../store-metadata.ts'
import type { Merge } from '../store-merge.ts'
import { partsOf } from './matching.ts'

export type MergingDeps = { store: MetadataStore; catalogStore: Pick<CatalogStore, 'merge' | 'split'> }

export type United = {
  merge: Merge
  /** The match of the title that stayed, where a person's choice of the other replaced it: as it was. */
  replaced: TitleMatchTable | null
}

export function createMerging({ store, catalogStore }: MergingDeps) {
  return {
    /**
     * Looks for the same film or series beside these titles, whose matches are new. What `changeOf` makes of a merge is
     * written with it, whole or not at all, so that each can be undone. Gives back the titles that stayed.
     */
    async unite(
      titleIds: readonly string[],
      changeOf: (united: United) => MatchChangeTable,
    ): Promise<string[]> {
      const stayed = new Set<string>()
      for (const titleId of titleIds) {
        const [title, match] = [await store.title(titleId), await store.match(titleId)]
        if (!title || title.merged_into !== null || match?.remote_id == null) continue
        const [winner, ...losers] = await store.sameTitles(title.library_id, title.kind, match.remote_id)
        if (!winner) continue
        const apart = await store.apartFrom(winner.id)
        for (const loser of losers) {
          if (apart.has(loser.id)) continue
          const [own, other] = [await store.match(winner.id), await store.match(loser.id)]
          // A person's choice outlives the title it was made for.
          const pin = own?.state !== 'pinned' && other?.state === 'pinned' ? other : null
          await catalogStore.merge(winner.id, loser.id, async (trx, merge) => {
            if (pin) await writeMatches(trx, [{ ...pin, title_id: winner.id }], partsOf)
            await writeChange(trx, changeOf({ merge, replaced: (pin && own) ?? null }))
          })
          stayed.add(winner.id)
        }
      }
      return [...stayed]
    },
    async divide(merges: readonly Merge[]): Promise<void> {
      await store.keepApart(merges.map(({ winnerId, loserId }) => ({ titleId: winnerId, otherId: loserId })))
      for (const merge of merges.toReversed()) await catalogStore.split(merge)
    },
  }
}
export type Merging = ReturnType<typeof createMerging>
