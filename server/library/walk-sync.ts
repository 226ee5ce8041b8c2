// The walk itself, in plain blocking calls: in a thread of its own they are several times as fast as asynchronous ones.
import { isUtf8 } from 'node:buffer'
import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { compileGlob } from './globs.ts'
import type { SeenFile, Walked } from './walk.ts'

const VIDEO =
  /^\.(3g2|3gp|asf|avi|divx|dv|evo|f4v|flv|m1v|m2t|m2ts|m2v|m4v|mk3d|mkv|mov|mp4|mpe|mpeg|mpg|mts|mxf|nut|nuv|ogm|ogv|qt|rm|rmvb|tp|trp|ts|vob|webm|wmv|wtv)$/i
const SIDECAR = /^\.(srt|ass|ssa|vtt|sub|sup|smi)$/i

export const isVideoName = (name: string): boolean => VIDEO.test(extname(name))

/** Folders that systems and tools make for themselves. */
const NOT_MEDIA =
  /^(\..*|@eadir|#recycle|#snapshot|lost\+found|\$recycle\.bin|system volume information|__macosx|\$extend)$/i

const MAX_DEPTH = 40
const MAX_IGNORE_FILE_BYTES = 65_536

/**
 * Links are not followed: a link may lead out of the library or back into it. An own mount or a second folder of
 * the library does what a link would.
 */
export function* walkSync(root: string, subPath = ''): Generator<Walked> {
  const pending = [{ path: subPath, depth: 0, rules: inheritedRules(root, subPath) }]
  for (let folder = pending.pop(); folder; folder = pending.pop()) {
    let entries: Dirent<Buffer>[]
    try {
      entries = readdirSync(join(root, folder.path), { withFileTypes: true, encoding: 'buffer' })
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
    const own = names.has('.mediaignore') ? ignoreRules(join(root, folder.path, '.mediaignore')) : []
    if (own === 'all') continue
    const rules = [...folder.rules, ...own.map((glob) => ruleOf(folder.path, glob))]

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
        const kind = VIDEO.test(extension) ? 'media' : SIDECAR.test(extension) ? 'sidecar' : null
        const file = kind && seenFile(root, relativePath)
        if (kind && file) yield { kind, file }
      }
    }
  }
}

/** Null when it is not a regular file (any more). */
export function seenFile(root: string, relativePath: string): SeenFile | null {
  const stat = statOf(join(root, relativePath))
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
    return lstatSync(path, { throwIfNoEntry: false }) ?? null
  } catch {
    return null
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
