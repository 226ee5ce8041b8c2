// Streams the media files and subtitle files below a folder, ignore rules applied.
import { isUtf8 } from 'node:buffer'
import type { Dirent } from 'node:fs'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { extname, join, matchesGlob } from 'node:path'

export type SeenFile = {
  /** Below the root, with `/`. */
  relativePath: string
  sizeBytes: number
  modifiedAtMs: number
  inode: string
}

export type Walked =
  | { kind: 'media' | 'sidecar'; file: SeenFile }
  /** A folder that could not be listed: what is below it is unknown, not gone. */
  | { kind: 'unreadable'; relativePath: string; reason: string }
  /** A name that is not UTF-8 or a link: counted, never opened. */
  | { kind: 'skipped'; relativePath: string }

const VIDEO =
  /^\.(3g2|3gp|asf|avi|divx|dv|evo|f4v|flv|m1v|m2t|m2ts|m2v|m4v|mk3d|mkv|mov|mp4|mpe|mpeg|mpg|mts|mxf|nut|nuv|ogm|ogv|qt|rm|rmvb|tp|trp|ts|vob|webm|wmv|wtv)$/i
const SIDECAR = /^\.(srt|ass|ssa|vtt|sub|sup|smi)$/i

/** Folders that systems and tools make for themselves. */
const NOT_MEDIA =
  /^(\..*|@eadir|#recycle|#snapshot|lost\+found|\$recycle\.bin|system volume information|__macosx|\$extend)$/i

const MAX_DEPTH = 40
const LSTATS_AT_ONCE = 32
const MAX_IGNORE_FILE_BYTES = 65_536

/**
 * Links are not followed: a link may lead out of the library or back into it. An own mount or a second folder of
 * the library does what a link would.
 */
export async function* walk(root: string, subPath = '', signal?: AbortSignal): AsyncGenerator<Walked> {
  const pending = [{ path: subPath, depth: 0, rules: await inheritedRules(root, subPath) }]
  for (let folder = pending.pop(); folder; folder = pending.pop()) {
    signal?.throwIfAborted()
    let entries: Dirent<Buffer>[]
    try {
      entries = await readdir(join(root, folder.path), { withFileTypes: true, encoding: 'buffer' })
    } catch (error) {
      yield {
        kind: 'unreadable',
        relativePath: folder.path,
        reason: String((error as NodeJS.ErrnoException).code),
      }
      continue
    }
    const names = new Set(entries.map((entry) => entry.name.toString()))
    if (names.has('.nomedia')) continue
    const own = names.has('.mediaignore') ? await ignoreRules(join(root, folder.path, '.mediaignore')) : []
    if (own === 'all') continue
    const rules = [...folder.rules, ...own.map((glob) => ({ base: folder.path, glob }))]

    const files: { kind: 'media' | 'sidecar'; relativePath: string }[] = []
    for (const entry of entries) {
      const name = entry.name.toString()
      const relativePath = folder.path ? `${folder.path}/${name}` : name
      if (!isUtf8(entry.name)) {
        yield { kind: 'skipped', relativePath }
        continue
      }
      if (NOT_MEDIA.test(name) || isIgnored(relativePath, rules)) continue
      if (entry.isDirectory()) {
        if (folder.depth < MAX_DEPTH) pending.push({ path: relativePath, depth: folder.depth + 1, rules })
        else yield { kind: 'unreadable', relativePath, reason: 'too deep' }
      } else if (entry.isSymbolicLink()) yield { kind: 'skipped', relativePath }
      else if (entry.isFile()) {
        const extension = extname(name)
        if (VIDEO.test(extension)) files.push({ kind: 'media', relativePath })
        else if (SIDECAR.test(extension)) files.push({ kind: 'sidecar', relativePath })
      }
    }
    for (let at = 0; at < files.length; at += LSTATS_AT_ONCE) {
      const found = await Promise.all(
        files.slice(at, at + LSTATS_AT_ONCE).map(async ({ kind, relativePath }) => {
          const file = await seenFile(root, relativePath)
          return file && { kind, file }
        }),
      )
      for (const one of found) if (one) yield one
    }
  }
}

/** Null when it is not a regular file (any more). */
export async function seenFile(root: string, relativePath: string): Promise<SeenFile | null> {
  const stat = await lstat(join(root, relativePath)).catch(() => null)
  if (!stat?.isFile()) return null
  return {
    relativePath,
    sizeBytes: stat.size,
    modifiedAtMs: Math.trunc(stat.mtimeMs),
    inode: `${stat.dev}:${stat.ino}`,
  }
}

type Rule = { base: string; glob: string }

/** `.mediaignore`: a glob per line, below its folder; empty, it hides the whole folder. */
async function ignoreRules(path: string): Promise<string[] | 'all'> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const lines = text
    .slice(0, MAX_IGNORE_FILE_BYTES)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('#'))
  return lines.length === 0 ? 'all' : lines.slice(0, 200).map((line) => line.slice(0, 300))
}

/** A scan of one folder obeys the ignore files of the folders above it. */
async function inheritedRules(root: string, subPath: string): Promise<Rule[]> {
  const rules: Rule[] = []
  const parts = subPath.split('/').filter(Boolean)
  for (let depth = 0; depth < parts.length; depth += 1) {
    const base = parts.slice(0, depth).join('/')
    const file = join(root, base, '.mediaignore')
    if (!(await lstat(file).catch(() => null))?.isFile()) continue
    const own = await ignoreRules(file)
    for (const glob of own === 'all' ? ['**'] : own) rules.push({ base, glob })
  }
  return rules
}

function isIgnored(relativePath: string, rules: readonly Rule[]): boolean {
  return rules.some(({ base, glob }) => {
    const below = base ? relativePath.slice(base.length + 1) : relativePath
    const pattern = glob.replace(/\/+$/, '')
    const anchored = pattern.includes('/') ? pattern.replace(/^\//, '') : `**/${pattern}`
    return matchesGlob(below, anchored)
  })
}
