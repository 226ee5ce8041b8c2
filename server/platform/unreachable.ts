// Why a media file cannot be opened, as a problem for people: its disk, its rights.
import { access, constants } from 'node:fs/promises'
import { onDisk } from './path-text.ts'
import { Problem } from './problem.ts'

const NO_RIGHTS = new Set(['EACCES', 'EPERM'])
const BAD_DISK = new Set(['EIO', 'ESTALE', 'ENODEV', 'ENXIO', 'ENOTCONN', 'EHOSTDOWN', 'ETIMEDOUT'])

/** What `open` or `access` failed with, as `file-offline`; `cause` is what was known before, or that failure. */
export function unreachable(failure: unknown, cause: unknown = failure): Problem {
  const code = (failure as NodeJS.ErrnoException | null)?.code ?? ''
  if (NO_RIGHTS.has(code))
    return new Problem(
      'file-offline',
      'The server may not read it: check the permissions of the file and of its folders.',
      { cause },
    )
  if (BAD_DISK.has(code))
    return new Problem('file-offline', 'Its disk or network folder reports errors: check it.', { cause })
  return new Problem('file-offline', 'Its disk or network folder is not connected.', { cause })
}

/** Null where the file at `path` (as the database keeps it) can be opened. */
export const unreachableAt = (path: string, cause?: unknown): Promise<Problem | null> =>
  access(onDisk(path), constants.R_OK).then(
    () => null,
    (failure: unknown) => unreachable(failure, cause),
  )
