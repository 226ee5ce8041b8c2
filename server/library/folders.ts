// Folders on this machine: which may be looked at, which may become part of a library.
import { constants } from 'node:fs'
import { access, realpath as realpathOnDisk, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, normalize, sep } from 'node:path'
import { entriesOf, onDisk, pathText, readablePath } from '../platform/path-text.ts'
import { Problem } from '../platform/problem.ts'

const MAX_FOLDERS_SHOWN = 2000

const realpath = async (path: string): Promise<string> =>
  pathText(await realpathOnDisk(onDisk(path), 'buffer'))

/** `roots` empty: everything that the server may read. */
export function createFolders(roots: readonly string[]) {
  const isBelow = (path: string, root: string) =>
    path === root || path.startsWith(root === sep ? sep : root + sep)
  const isAllowed = async (real: string) => {
    if (roots.length === 0) return true
    for (const root of roots) if (isBelow(real, await realpath(root).catch(() => root))) return true
    return false
  }

  /** Absolute, there, a folder, allowed and readable: its real path. */
  async function real(path: string): Promise<string> {
    if (!isAbsolute(path) || path.includes('\0'))
      throw new Problem('folder-unreadable', `${path} must be a full path, such as /media/films.`)
    const found = await realpath(path).catch(() => null)
    // The same words for what is outside: nobody learns what else is on the machine.
    if (found === null || !(await isAllowed(found)) || !(await stat(onDisk(found))).isDirectory())
      throw new Problem(
        'folder-unreadable',
        roots.length === 0
          ? `There is no folder ${path} on the server.`
          : `There is no folder ${path} below those that this server may use: ${roots.join(', ')}.`,
      )
    await access(onDisk(found), constants.R_OK | constants.X_OK).catch((cause: unknown) => {
      throw new Problem('folder-unreadable', `The server may not read ${path}: check its permissions.`, {
        cause,
      })
    })
    return found
  }

  return {
    /** Real paths, none inside or around another or one of `taken`. */
    async checked(paths: readonly string[], taken: readonly string[]): Promise<string[]> {
      const checked: string[] = []
      for (const path of paths) {
        const found = await real(path)
        const clash = [...taken, ...checked].find((other) => isBelow(found, other) || isBelow(other, found))
        if (clash !== undefined)
          throw new Problem('folder-in-use', `${path} overlaps ${clash}, which is in a library already.`)
        checked.push(found)
      }
      return checked
    },
    async browse(path?: string) {
      if (path === undefined && roots.length > 0)
        return {
          path: '',
          parent: null,
          folders: roots.map((root) => ({ name: basename(root) || root, path: root })),
        }
      const clean = await real(normalize(path ?? sep))
      const entries = await entriesOf(clean).catch((cause: unknown) => {
        throw new Problem('folder-unreadable', `The server cannot list ${clean}.`, { cause })
      })
      const above = dirname(clean)
      return {
        path: clean,
        parent: above !== clean && (await isAllowed(above)) ? above : null,
        folders: entries
          .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
          .map(({ name }) => ({ name: readablePath(name), path: join(clean, name) }))
          .toSorted((a, b) => a.name.localeCompare(b.name))
          .slice(0, MAX_FOLDERS_SHOWN),
      }
    },
  }
}
