// Titles of one library that are the same film or series become one: the oldest stays, with all files and histories.
import type { TitleMatchTable } from '../../platform/database/schema.ts'
import type { CatalogStore } from '../store.ts'
import type { MetadataStore } from '../store-metadata.ts'
import type { Merge } from '../store-merge.ts'
import { partsOf } from './matching.ts'

export type MergingDeps = { store: MetadataStore; catalogStore: Pick<CatalogStore, 'merge' | 'split'> }

export type United = {
  merges: Merge[]
  /** Matches of the titles that stayed, where a person's choice of the other replaced them: as they were. */
  replaced: TitleMatchTable[]
}

export function createMerging({ store, catalogStore }: MergingDeps) {
  return {
    /** Looks for the same film or series beside these titles, whose matches are new. `note` hears of each merge. */
    async unite(titleIds: readonly string[], note: (united: United) => Promise<void>): Promise<void> {
      for (const titleId of titleIds) {
        const [title, match] = [await store.title(titleId), await store.match(titleId)]
        if (!title || title.merged_into !== null || match?.remote_id == null) continue
        const [winner, ...losers] = await store.sameTitles(title.library_id, title.kind, match.remote_id)
        if (!winner) continue
        for (const loser of losers) {
          const [own, other] = [await store.match(winner.id), await store.match(loser.id)]
          const replaced = own && own.state !== 'pinned' && other?.state === 'pinned' ? [own] : []
          // A person's choice outlives the title it was made for.
          if (other && replaced.length > 0)
            await store.setMatches([{ ...other, title_id: winner.id }], partsOf)
          await note({ merges: [await catalogStore.merge(winner.id, loser.id)], replaced })
        }
      }
    },
    async divide(merges: readonly Merge[]): Promise<void> {
      for (const merge of merges.toReversed()) await catalogStore.split(merge)
    },
  }
}
export type Merging = ReturnType<typeof createMerging>
