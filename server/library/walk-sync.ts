// The walk itself, in plain blocking calls: in a thread of its own they are several times as fast as asynchronous ones.
import { lstatSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { entriesSync, type Entry as Found, onDisk } from '../platform/path-text.ts'
import { compileGlob } from './globs.ts'
import { comparePaths } from './path-order.ts'
import { mayHoldSubtitlesOf, type Sidecar, sidecarsOf } from './sidecars.ts'
import type { SeenFile, Walked } from './walked.ts'

const VIDEO =
  /^\.(3g2|3gp|asf|avi|divx|dv|evo|f4v|flv|m1v|m2t|m2ts|m2v|m4v|mk3d|mkv|mov|mp4|mpe|mpeg|mpg|mts|mxf|nut|nuv|ogm|ogv|qt|rm|rmvb|tp|trp|ts|vob|webm|wmv|wtv)$/i
const SIDECAR = /^\.(srt|ass|ssa|vtt|sub|sup|smi)$/i

export const isVideoName = (name: string): boolean => VIDEO.test(extname(name))

/** Folders that systems and tools make for themselves. */
const NOT_MEDIA =
  /^(\..*|@eadir|#recycle|#snapshot|lost\+found|\$recycle\.bin|system volume information|__macosx|\$extend)$/i

const MAX_DEPTH = 40
const MAX_IGNORE_FILE_BYTES = 65_536

type Folder = {
  path: string
  depth: number
  rules: readonly Rule[]
  /** Media files of the folders above whose subtitles may lie here. */
  mediaAbove: readonly string[]
}
type Entry =
  | { key: string; kind: 'folder' | 'media'; relativePath: string }
  | { key: string; kind: 'sidecar'; sidecar: Sidecar }
type Listing = { folder: Folder; entries: Entry[]; media: readonly string[]; next: number }

/**
 * Links are not followed: a link may lead out of the library or back into it. An own mount or a second folder of
 * the library does what a link would. Everything comes in the order of paths, so that rows can be laid beside it.
 */
export function* walkSync(root: string, subPath = ''): Generator<Walked> {
  const open: Listing[] = []
  const enter = (folder: Folder): Walked | null => {
    const listing = folder.depth > MAX_DEPTH ? 'too deep' : listingOf(root, folder)
    if (typeof listing !== 'string') {
      open.push(listing)
      return null
    }
    // A part that was asked for and is not there is gone, not unreadable.
    const isAbsent = listing === 'ENOENT' && folder.path === subPath && subPath !== ''
    return isAbsent ? null : { kind: 'unreadable', relativePath: folder.path }
  }
  const fault = enter({ path: subPath, depth: 0, rules: inheritedRules(root, subPath), mediaAbove: [] })
  if (fault) yield fault
  for (let at = open.at(-1); at; at = open.at(-1)) {
    const entry = at.entries[at.next]
    at.next += 1
    if (!entry) open.pop()
    else if (entry.kind === 'sidecar') yield entry
    else if (entry.kind === 'media') {
      const file = seenFile(root, entry.relativePath)
      if (file) yield { kind: 'media', file }
    } else {
      const { folder, media } = at
      const mediaAbove = mayHoldSubtitlesOf(entry.relativePath) ? [...media, ...folder.mediaAbove] : []
      const closed = enter({
        path: entry.relativePath,
        depth: folder.depth + 1,
        rules: at.folder.rules,
        mediaAbove,
      })
      if (closed) yield closed
    }
  }
}

/** What of a folder is looked at, in the order of paths; the code of the fault where it cannot be listed. */
function listingOf(root: string, folder: Folder): Listing | string {
  let found: Found[]
  try {
    found = entriesSync(join(root, folder.path))
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code)
  }
  const has = (wanted: string) => found.some(({ name }) => name === wanted)
  const own = has('.mediaignore') ? ignoreRules(join(root, folder.path, '.mediaignore')) : []
  const listing: Listing = { folder, entries: [], media: [], next: 0 }
  if (has('.nomedia') || own === 'all') return listing
  const rules =
    own.length === 0 ? folder.rules : [...folder.rules, ...own.map((glob) => ruleOf(folder.path, glob))]
  const media: string[] = []
  const sidecars: string[] = []
  const { entries } = listing
  for (const entry of found) {
    const { name } = entry
    const relativePath = folder.path ? `${folder.path}/${name}` : name
    if (NOT_MEDIA.test(name) || isIgnored(relativePath, rules)) continue
    if (entry.isDirectory()) entries.push({ key: `${name}/`, kind: 'folder', relativePath })
    else if (entry.isFile()) {
      const extension = extname(name)
      if (VIDEO.test(extension)) {
        media.push(relativePath)
        entries.push({ key: name, kind: 'media', relativePath })
      } else if (SIDECAR.test(extension)) sidecars.push(relativePath)
    }
  }
  for (const sidecar of sidecars.length > 0 ? sidecarsOf(sidecars, [...media, ...folder.mediaAbove]) : [])
    entries.push({
      key: folder.path ? sidecar.relativePath.slice(folder.path.length + 1) : sidecar.relativePath,
      kind: 'sidecar',
      sidecar,
    })
  entries.sort((a, b) => comparePaths(a.key, b.key))
  return { ...listing, folder: { ...folder, rules }, media }
}

/** Null when it is not a regular file (any more). */
export function seenFile(root: string, relativePath: string): SeenFile | null {
  const stat = statOf(`${root}/${relativePath}`)
  if (!stat?.isFile()) return null
  return {
    relativePath,
    sizeBytes: stat.size,
    modifiedAtMs: Math.trunc(stat.mtimeMs),
    inode: `${stat.dev}:${stat.ino}`,
  }
}

type Rule = { base: string; fits: (path: string) => boolean }

/** Without a slash it is a name anywhere below, with one it is a path from the folder of the file. */
function ruleOf(base: string, glob: string): Rule {
  const pattern = glob.replace(/\/+$/, '')
  return {
    base,
    fits: compileGlob(pattern.includes('/') ? pattern.replace(/^\//, '') : `**/${pattern}`),
  }
}

/** `.mediaignore`: a glob per line, below its folder; empty, it hides the whole folder. */
function ignoreRules(path: string): string[] | 'all' {
  const text = textOf(path)
  const lines = text
    .slice(0, MAX_IGNORE_FILE_BYTES)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('#'))
  return lines.length === 0 ? 'all' : lines.slice(0, 200).map((line) => line.slice(0, 300))
}

/** A scan of one folder obeys the ignore files of the folders above it. */
function inheritedRules(root: string, subPath: string): Rule[] {
  const rules: Rule[] = []
  const parts = subPath.split('/').filter(Boolean)
  for (let depth = 0; depth < parts.length; depth += 1) {
    const base = parts.slice(0, depth).join('/')
    const file = join(root, base, '.mediaignore')
    if (!statOf(file)?.isFile()) continue
    const own = ignoreRules(file)
    for (const glob of own === 'all' ? ['**'] : own) rules.push(ruleOf(base, glob))
  }
  return rules
}

function isIgnored(relativePath: string, rules: readonly Rule[]): boolean {
  return rules.some(({ base, fits }) => fits(base ? relativePath.slice(base.length + 1) : relativePath))
}

function statOf(path: string) {
  try {
    return lstatSync(onDisk(path), { throwIfNoEntry: false }) ?? null
  } catch {
    return null
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(onDisk(path), 'utf8')
  } catch {
    return ''
  }
}
