// What failed, as the player says it: by the server's own problem where it sent one (pure).
import type { ProblemBody, ProblemCode } from '#shared/problems.ts'
import { ApiProblem } from '../api/call.ts'
import type { PlayerError } from './player-state.ts'

const BY_PROBLEM: Partial<Record<ProblemCode, PlayerError['code']>> = {
  'disk-full': 'diskFull',
  'file-offline': 'fileAway',
  'file-not-found': 'fileAway',
  'encode-failed': 'convert',
  'not-playable': 'unplayable',
  'title-not-found': 'unplayable',
  'encoders-busy': 'busy',
  'segment-late': 'busy',
  'not-ready': 'notReady',
}

type Problem = Partial<Pick<ProblemBody, 'type' | 'detail'>>

const codeOf = ({ type }: Problem) => BY_PROBLEM[type?.replace(/.*\//, '') as ProblemCode]
const sayingOf = ({ detail }: Problem) => (detail === undefined ? {} : { says: detail })

/** A playback that could not be opened: what its request was rejected with. */
export function explainStart(reason: unknown): PlayerError {
  if (!(reason instanceof ApiProblem))
    return { code: 'start', detail: reason instanceof Error ? reason.message : String(reason) }
  if (reason.code === 'unreachable') return { code: 'unreachable', detail: '' }
  return { code: codeOf(reason.body) ?? 'start', ...sayingOf(reason.body), detail: '' }
}

function readProblem(text: string): Problem {
  try {
    const { type, detail } = JSON.parse(text) as Problem
    return { ...(typeof type === 'string' && { type }), ...(typeof detail === 'string' && { detail }) }
  } catch {
    // A proxy's own page.
    return {}
  }
}

const PERMISSION = new Set([401, 403, 404])
const INTERNAL = 500

/** Something of the film that could not be fetched. `status` 0: nobody answered. */
export function explainLoad(status: number, replyText: string, detail: string): PlayerError {
  const problem = readProblem(replyText)
  const said = { ...sayingOf(problem), detail: status === 0 ? detail : `${detail} (${status})` }
  const fallback = PERMISSION.has(status) ? 'permission' : status === INTERNAL ? 'convert' : 'unreachable'
  return { code: codeOf(problem) ?? fallback, ...said }
}
