// What a failure in a file means to people: a file that is gone is not a damaged one.
import { access } from 'node:fs/promises'
import { MediaRefused } from '../media/media-engine.ts'
import { onDisk } from '../platform/path-text.ts'
import { Problem } from '../platform/problem.ts'

/** `problem`, or `file-offline` where nothing is at `path` any more. */
export const unlessGone = (path: string, problem: Problem): Promise<Problem> =>
  access(onDisk(path)).then(
    () => problem,
    () => new Problem('file-offline', 'Its disk or network folder is not connected.', { cause: problem }),
  )

/** For `catch`: a file that is refused is a problem for people, any other failure goes on. */
export const tellRefusal =
  (path: string) =>
  async (error: unknown): Promise<never> => {
    if (!(error instanceof MediaRefused)) throw error
    throw await unlessGone(path, new Problem('not-playable', error.message, { cause: error }))
  }
