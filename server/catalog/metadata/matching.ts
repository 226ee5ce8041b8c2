// Finds out which film or series a title is, remembers the verdict, and asks again only when the evidence changes.
import { createHash } from 'node:crypto'
import type { Candidate } from '#shared/api/review.ts'
import type { TitleMatchTable } from '../../platform/database/schema.ts'
import type { MetadataStore } from '../store-metadata.ts'
import { optionOf, optionOfFound } from './describe.ts'
import { type EvidenceDeps, gatherEvidence } from './evidence.ts'
import { type Evidence, judge, type Option, rank, type Scored } from './match.ts'
import type { RemoteKind, Tmdb } from './tmdb.ts'
import type { Found } from './tmdb-shapes.ts'

export type MatchingDeps = EvidenceDeps & { store: MetadataStore; tmdb: Tmdb; nowMs: () => number }

/** Details are asked of the likeliest only: they cost a request each. */
const LOOKED_INTO = 4
const SHOWN = 10
/** Good enough that other spellings need not be searched for. */
const ENOUGH = 0.7

const hashOf = (evidence: Evidence): string =>
  createHash('sha256')
    // One more episode is no reason to ask who the series is.
    .update(
      JSON.stringify({
        ...evidence,
        episodes: [...new Set(evidence.episodes.map((e) => e.season))].toSorted((a, b) => a - b),
      }),
    )
    .digest('base64url')
    .slice(0, 22)

export const candidateOf = ({ option, confidence, parts }: Scored, posterPath: string | null): Candidate => ({
  remoteId: option.remoteId,
  name: option.name,
  originalName: option.originalName,
  year: option.year,
  runtimeSeconds: option.runtimeSeconds,
  confidence,
  parts,
  posterPath,
})

export const partsOf = (row: Pick<TitleMatchTable, 'candidates' | 'remote_id' | 'state'>): string => {
  const candidates = JSON.parse(row.candidates) as Candidate[]
  const chosen =
    candidates.find((c) => c.remoteId === row.remote_id) ??
    (row.state === 'review' ? candidates[0] : undefined)
  return JSON.stringify(chosen?.parts ?? [])
}

export function createMatching(deps: MatchingDeps) {
  const { store, tmdb, nowMs } = deps

  /** Titles named by an id in a name or an NFO file. */
  async function certain(evidence: Evidence, signal?: AbortSignal): Promise<number[]> {
    const { tmdb: own, imdb, tvdb } = evidence.ids
    const ids = new Set(own === undefined ? [] : [own])
    const found = async (source: 'imdb_id' | 'tvdb_id', id: string) => {
      for (const one of (await tmdb.byExternalId(source, id, signal))[evidence.kind]) ids.add(one.id)
    }
    if (ids.size === 0 && imdb !== undefined) await found('imdb_id', imdb)
    if (ids.size === 0 && tvdb !== undefined && evidence.kind === 'tv') await found('tvdb_id', String(tvdb))
    return [...ids]
  }

  async function candidates(evidence: Evidence, signal?: AbortSignal): Promise<Candidate[]> {
    const posters = new Map<number, string | null>()
    const seen = new Map<number, Option>()
    const hear = (found: readonly Found[]) => {
      for (const one of found) {
        posters.set(one.id, one.poster_path ?? null)
        if (!seen.has(one.id)) seen.set(one.id, optionOfFound(one))
      }
    }
    const lookInto = async (id: number) => {
      const details = await tmdb.details(evidence.kind, id, signal)
      if (!details) return
      posters.set(id, details.poster_path ?? null)
      const option = optionOf(details)
      // It was found by this very id, so the id is certain even where the details do not repeat it.
      seen.set(id, option)
    }
    const known = await certain(evidence, signal)
    for (const id of known) await lookInto(id)
    const byId = rank(
      { ...evidence, ids: { ...evidence.ids, ...(known[0] !== undefined && { tmdb: known[0] }) } },
      [...seen.values()],
    )
    if (byId[0]?.confidence === 1)
      return byId.slice(0, 1).map((s) => candidateOf(s, posters.get(s.option.remoteId) ?? null))

    for (const name of evidence.names) {
      hear(await tmdb.search(evidence.kind, name, evidence.year, signal))
      const isEnough = () => (rank(evidence, [...seen.values()])[0]?.confidence ?? 0) >= ENOUGH
      if (isEnough()) break
      if (evidence.year !== null) hear(await tmdb.search(evidence.kind, name, null, signal))
      if (isEnough()) break
    }
    for (const { option } of rank(evidence, [...seen.values()]).slice(0, LOOKED_INTO))
      await lookInto(option.remoteId)
    return rank(evidence, [...seen.values()])
      .slice(0, SHOWN)
      .map((s) => candidateOf(s, posters.get(s.option.remoteId) ?? null))
  }

  return {
    /** The title's match when it is new or other than before; null when nothing was to be done. */
    async matchTitle(titleId: string, signal?: AbortSignal): Promise<TitleMatchTable | null> {
      if (!tmdb.isOn()) return null
      const title = await store.title(titleId)
      if (!title || (title.kind !== 'movie' && title.kind !== 'show') || title.listed === null) return null
      const before = await store.match(titleId)
      // A person's choice is for good.
      if (before?.state === 'pinned') return null
      const known = await gatherEvidence(deps, title)
      if (!known) return null
      const evidence = hashOf(known.evidence)
      if (before?.evidence === evidence) return null
      const found = await candidates(known.evidence, signal)
      const verdict = judge(
        found.map((c) => ({ option: asOption(c), confidence: c.confidence, parts: c.parts })),
      )
      const row: TitleMatchTable = {
        title_id: titleId,
        library_id: title.library_id,
        state: verdict,
        remote_id: verdict === 'matched' ? (found[0]?.remoteId ?? null) : null,
        confidence: found[0]?.confidence ?? 0,
        candidates: JSON.stringify(verdict === 'name-only' ? found.slice(0, 3) : found),
        evidence,
        matched_at_ms: nowMs(),
        enriched_at_ms: null,
      }
      // Somebody may have chosen while the source was asked.
      if ((await store.match(titleId))?.state === 'pinned') return null
      await store.setMatches([row], partsOf)
      return row
    },

    /** For a person: everything that goes by a name, scored as if it had been found by itself. */
    async searchByHand(titleId: string, text: string, year: number | null): Promise<Candidate[]> {
      const title = await store.title(titleId)
      if (!title) return []
      const kind: RemoteKind = title.kind === 'show' ? 'tv' : 'movie'
      const known = await gatherEvidence(deps, title)
      const evidence: Evidence = known?.evidence ?? {
        kind,
        names: [title.name],
        year: title.year || null,
        durationSeconds: null,
        episodes: [],
        ids: {},
      }
      const id = /^(?:tmdb[:\- ]?)?(\d{1,9})$/i.exec(text.trim())?.[1]
      const byId = id === undefined ? null : await tmdb.details(kind, Number(id))
      const found = await tmdb.search(kind, text, year)
      const posters = new Map([...found, ...(byId ? [byId] : [])].map((f) => [f.id, f.poster_path ?? null]))
      const options = [
        ...(byId ? [optionOf(byId)] : []),
        ...found.filter((f) => f.id !== byId?.id).map(optionOfFound),
      ]
      return rank(evidence, options)
        .slice(0, 20)
        .map((s) => candidateOf(s, posters.get(s.option.remoteId) ?? null))
    },
  }
}
export type Matching = ReturnType<typeof createMatching>

const asOption = (c: Candidate): Option => ({
  remoteId: c.remoteId,
  name: c.name,
  originalName: c.originalName,
  otherNames: [],
  year: c.year,
  runtimeSeconds: c.runtimeSeconds,
  seasons: null,
  votes: 0,
  ids: {},
})
