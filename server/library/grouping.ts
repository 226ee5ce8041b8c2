// Which files are one film or episode: its versions, each in one file or in stacked parts (pure).
import { stemOf } from './file-name.ts'
import type { LibraryKindHint } from './names/guess.ts'
import { group } from './names/text.ts'
import { placementOf } from './placement.ts'

export type Version = { name: string; label: string | null; parts: string[] }
/** Extras have no identity: each stands alone. */
export type Entry = { identity: string | null; versions: Version[] }

const BESIDE = /\.(?:nfo|srt|ass|ssa|sub|idx|vtt|sup|jpe?g|png|webp|txt|xml)$/iu
/** `cd1`, `Part 2`, `(Disc 03)`, `pt-a` at the very end of a name. */
const STACKED = /^(.*?[^ ._([-])[ ._([-]+(cd|dvd|part|pt|dis[ck])[ ._-]{0,3}(\d{1,3}|[a-d])[)\]]?$/iu

function stackOf(path: string): { key: string; name: string; part: number } | null {
  const stem = stemOf(path)
  const m = STACKED.exec(stem)
  if (!m) return null
  const part = group(m, 3).toLowerCase()
  const isLetter = /[a-d]/.test(part)
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const key = `${folder}${group(m, 1)}|${group(m, 2)}|${isLetter ? 'letter' : 'number'}`.toLowerCase()
  return { key, name: group(m, 1), part: isLetter ? part.charCodeAt(0) - 96 : Number(part) }
}

/** A film's parts are named alike but for their number; of a part that stands alone nothing is known. */
export function groupFiles(paths: readonly string[], libraryKind: LibraryKindHint): Entry[] {
  const videos = paths.filter((path) => !BESIDE.test(path))
  const stacks = Map.groupBy(videos, (path) => stackOf(path)?.key ?? null)
  const entries = new Map<string, Entry>()
  const versions = new Map<string, Version>()
  for (const path of videos) {
    const placement = placementOf(path, libraryKind)
    if (placement === null) {
      entries.set(`extra|${path}`, {
        identity: null,
        versions: [{ name: stemOf(path), label: null, parts: [path] }],
      })
      continue
    }
    const stack = stackOf(path)
    const isStacked = stack !== null && (stacks.get(stack.key)?.length ?? 0) > 1
    const identity = [placement.identity, ...placement.episodes.map((e) => e.identity)].join('|')
    const known = isStacked ? versions.get(stack.key) : undefined
    if (known) {
      known.parts.push(path)
      continue
    }
    const version = {
      name: isStacked ? stack.name : stemOf(path),
      label: placement.version,
      parts: [path],
    }
    if (isStacked) versions.set(stack.key, version)
    const entry = entries.get(identity) ?? { identity, versions: [] }
    entry.versions.push(version)
    entries.set(identity, entry)
  }
  for (const { versions: all } of entries.values())
    for (const { parts } of all)
      if (parts.length > 1) parts.sort((a, b) => (stackOf(a)?.part ?? 0) - (stackOf(b)?.part ?? 0))
  return [...entries.values()]
}
