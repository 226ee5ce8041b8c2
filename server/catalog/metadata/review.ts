// What a person decides about matches: look, choose, preview, undo; a choice is kept through rescans and refreshes.
import type { Candidate, Choice, MatchChange, ReviewItem } from '#shared/api/review.ts'
import type { MatchChangeTable, TitleMatchTable } from '../../platform/database/schema.ts'
import type { LibraryFile } from '../../library/library.ts'
import { newId } from '../../platform/ids.ts'
import { readablePath } from '../../platform/path-text.ts'
import { Problem } from '../../platform/problem.ts'
import { artworkOf } from '../cards.ts'
import type { Merge } from '../store-merge.ts'
import type { MetadataStore } from '../store-metadata.ts'
import { optionOf } from './describe.ts'
import { candidateOf, partsOf } from './matching.ts'
import type { Merging, United } from './merging.ts'
import { MetadataUnavailable } from './outbound.ts'
import type { Tmdb } from './tmdb.ts'

export type ReviewDeps = {
  store: MetadataStore
  tmdb: Tmdb
  merging: Merging
  fileById: (id: string) => Promise<LibraryFile | null>
  /** Titles whose match is another one now. */
  onChanged: (titleIds: readonly string[]) => Promise<void>
  nowMs: () => number
}

/** Before the change: the match as it was, or that there was none. */
type Entry = { titleId: string; before: TitleMatchTable | null }
/** What it takes to undo a change. */
type Entries = { titles: Entry[]; merges: Merge[] }

const entriesOf = ({ entries }: Pick<MatchChangeTable, 'entries'>): Entries => {
  const read = JSON.parse(entries) as Entry[] | Entries
  return Array.isArray(read) ? { titles: read, merges: [] } : read
}

/** Who put titles together where no person did. */
const MATCHER = 'matcher'

/** The record of what the matcher put together by itself. */
export const mergeChange = ({ merge, replaced }: United, nowMs: number): MatchChangeTable => {
  const titles = replaced ? [{ titleId: replaced.title_id, before: replaced }] : []
  return {
    id: newId(),
    made_by: MATCHER,
    made_at_ms: nowMs,
    undone_at_ms: null,
    entries: JSON.stringify({ titles, merges: [merge] } satisfies Entries),
  }
}

const PATHS_SHOWN = 3
const NAMES_SHOWN = 3

/** A source that does not answer is a problem to tell, not a fault of ours. */
export async function tellOutage<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    if (cause instanceof MetadataUnavailable)
      throw new Problem('metadata-unavailable', cause.message, { cause })
    throw cause
  }
}

export function createReview({ store, tmdb, merging, fileById, onChanged, nowMs }: ReviewDeps) {
  async function topTitle(titleId: string) {
    let title = await store.title(titleId)
    // A page that was open while its title became one with another.
    if (title && title.merged_into !== null) title = await store.title(title.merged_into)
    if (!title || (title.kind !== 'movie' && title.kind !== 'show')) throw new Problem('title-not-found')
    return title
  }

  /** The match that a choice makes; asks the source only for what nobody has looked at yet. */
  async function chosen({ titleId: asked, remoteId }: Choice) {
    const title = await topTitle(asked)
    const titleId = title.id
    const before = (await store.match(titleId)) ?? null
    const known = JSON.parse(before?.candidates ?? '[]') as Candidate[]
    let candidate = known.find((c) => c.remoteId === remoteId)
    if (remoteId !== null && !candidate) {
      const details = await tellOutage(tmdb.details(title.kind === 'show' ? 'tv' : 'movie', remoteId))
      if (!details) throw new Problem('invalid-request', `The metadata source has no number ${remoteId}.`)
      const parts = [{ name: 'chosen', points: 100, detail: 'chosen by hand' }]
      candidate = candidateOf(
        { option: optionOf(details), confidence: 1, parts },
        details.poster_path ?? null,
      )
    }
    const row: TitleMatchTable = {
      title_id: titleId,
      library_id: title.library_id,
      state: 'pinned',
      remote_id: remoteId,
      confidence: remoteId === null ? 0 : 1,
      candidates: JSON.stringify(
        candidate ? [candidate, ...known.filter((c) => c.remoteId !== remoteId)] : known,
      ),
      evidence: before?.evidence ?? '',
      matched_at_ms: nowMs(),
      enriched_at_ms: null,
    }
    return { title, before, candidate, row }
  }

  async function changeOf(row: MatchChangeTable): Promise<MatchChange> {
    const { titles, merges } = entriesOf(row)
    const ids = new Set([...titles.map(({ titleId }) => titleId), ...merges.map(({ winnerId }) => winnerId)])
    // Of titles that were put together, both.
    const named = new Set([...ids, ...merges.map(({ loserId }) => loserId)])
    const shown = await Promise.all([...named].slice(0, NAMES_SHOWN).map((id) => store.title(id)))
    return {
      id: row.id,
      madeBy: row.made_by === MATCHER ? 'matcher' : 'person',
      madeAtMs: row.made_at_ms,
      undoneAtMs: row.undone_at_ms,
      titleCount: ids.size,
      mergeCount: merges.length,
      names: [
        ...new Set(
          shown.flatMap((title) =>
            title ? [title.year > 0 ? `${title.name} (${title.year})` : title.name] : [],
          ),
        ),
      ],
    }
  }

  /** Each title once; the last word counts. */
  const distinct = (choices: readonly Choice[]) => [...new Map(choices.map((c) => [c.titleId, c])).values()]

  return {
    async list(cursor: string | undefined, limit = 50) {
      const rows = await store.reviewPage(cursor ?? '', limit + 1)
      const pathsOf = async (titleId: string): Promise<string[]> => {
        const files = await Promise.all((await store.fileIds(titleId, PATHS_SHOWN)).map(fileById))
        return files.flatMap((file) => (file ? [readablePath(file.relativePath)] : []))
      }
      const items: ReviewItem[] = []
      for (const row of rows.slice(0, limit))
        items.push({
          titleId: row.id,
          kind: row.kind,
          name: row.name,
          year: row.year || null,
          poster: artworkOf(row.poster),
          paths: await pathsOf(row.id),
          durationSeconds: row.kind === 'movie' ? row.runtime_seconds || null : null,
          candidates: JSON.parse(row.candidates) as Candidate[],
        })
      const nextCursor = rows.length > limit ? (items.at(-1)?.titleId ?? null) : null
      return { items, nextCursor, total: await store.reviewCount() }
    },

    async preview(choices: readonly Choice[]) {
      const items = []
      for (const choice of distinct(choices)) {
        const { title, before, candidate } = await chosen(choice)
        items.push({
          titleId: title.id,
          before: { remoteId: before?.remote_id ?? null, name: title.name, year: title.year || null },
          after: {
            remoteId: choice.remoteId,
            name: candidate?.name ?? title.name,
            year: candidate ? candidate.year : title.year || null,
          },
        })
      }
      return { items }
    },

    /** All or none: a choice that cannot be made changes nothing. */
    async apply(madeBy: string, choices: readonly Choice[]): Promise<MatchChange> {
      const made = []
      for (const choice of distinct(choices)) made.push(await chosen(choice))
      const entries: Entries = {
        titles: made.map(({ title, before }) => ({ titleId: title.id, before })),
        merges: [],
      }
      const change: MatchChangeTable = {
        id: newId(),
        made_by: madeBy,
        made_at_ms: nowMs(),
        undone_at_ms: null,
        entries: JSON.stringify(entries),
      }
      await store.addChange(change)
      await store.setMatches(
        made.map(({ row }) => row),
        partsOf,
      )
      const changed = new Set(made.map(({ title }) => title.id))
      // Who chooses once more what was taken apart wants it together.
      await store.forgetApart([...changed])
      const stayed = await merging.unite([...changed], ({ merge, replaced }) => {
        entries.merges.push(merge)
        if (replaced && !entries.titles.some(({ titleId }) => titleId === replaced.title_id))
          entries.titles.push({ titleId: replaced.title_id, before: replaced })
        return { ...change, entries: JSON.stringify(entries) }
      })
      await onChanged([...new Set([...changed, ...stayed])])
      return changeOf({ ...change, entries: JSON.stringify(entries) })
    },

    changes: async () => ({ items: await Promise.all((await store.changes(50)).map(changeOf)) }),

    async undo(id: string): Promise<MatchChange> {
      const change = await store.change(id)
      if (!change) throw new Problem('not-found')
      if (!(await store.markUndone(id, nowMs()))) throw new Problem('conflict', 'This was undone already.')
      const { titles, merges } = entriesOf(change)
      await merging.divide(merges)
      const rows: TitleMatchTable[] = []
      for (const { titleId, before } of titles) {
        const now = await store.match(titleId)
        if (!now) continue
        // A title nobody had judged is judged anew: with no evidence on record the next look is a first one.
        const unjudged = {
          state: 'name-only' as const,
          remote_id: null,
          evidence: '',
          confidence: 0,
          candidates: '[]',
        }
        rows.push({ ...now, ...(before ?? unjudged) })
      }
      await store.setMatches(rows, partsOf)
      const apart = merges.flatMap(({ winnerId, loserId }) => [winnerId, loserId])
      await onChanged([...new Set([...rows.map((row) => row.title_id), ...apart])])
      return changeOf({ ...change, undone_at_ms: nowMs() })
    },

    /** A person lets go of a choice: the title is judged like any other. */
    async letGo(titleId: string): Promise<void> {
      const { id } = await topTitle(titleId)
      const now = await store.match(id)
      if (now) await store.setMatches([{ ...now, state: 'name-only', evidence: '' }], partsOf)
      await onChanged([id])
    },

    status: async () => ({
      state: tmdb.state(),
      language: tmdb.language(),
      toReview: await store.reviewCount(),
    }),
  }
}
export type Review = ReturnType<typeof createReview>
