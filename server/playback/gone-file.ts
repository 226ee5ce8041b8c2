// What a failure in a file means to people: a file that is gone or may not be read is not a damaged one.
import { MediaRefused } from '../media/media-engine.ts'
import { Problem } from '../platform/problem.ts'
import { unreachableAt } from '../platform/unreachable.ts'

/** `problem`, or `file-offline` where nothing at `path` can be read any more. */
export const unlessGone = async (path: string, problem: Problem): Promise<Problem> =>
  (await unreachableAt(path, problem)) ?? problem

/** For `catch`: a file that is refused is a problem for people, any other failure goes on. */
export const tellRefusal =
  (path: string) =>
  async (error: unknown): Promise<never> => {
    if (!(error instanceof MediaRefused)) throw error
    throw await unlessGone(path, new Problem('not-playable', error.message, { cause: error }))
  }
