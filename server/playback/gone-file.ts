// What a failure in a file means to people: a file that is gone is not a damaged one.
import { access } from 'node:fs/promises'
import { Problem } from '../platform/problem.ts'

/** `problem`, or `file-offline` where nothing is at `path` any more. */
export const unlessGone = (path: string, problem: Problem): Promise<Problem> =>
  access(path).then(
    () => problem,
    () => new Problem('file-offline', 'Its disk or network folder is not connected.', { cause: problem }),
  )
