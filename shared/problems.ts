// Every failure a client may see: its code, HTTP status and title. A code is forever (RFC 9457 `type`).

export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'not-signed-in': { status: 401, title: 'Sign in first' },
  'wrong-credentials': { status: 401, title: 'Name or password is wrong' },
  'not-allowed': { status: 403, title: 'You may not do this' },
  'owner-exists': { status: 403, title: 'This server already has an owner' },
  'claim-code-needed': { status: 403, title: 'The code from the server\u2019s terminal is needed' },
  'ticket-invalid': { status: 403, title: 'This playback ticket is not valid' },
  'ticket-expired': { status: 403, title: 'This playback ticket has expired' },
  'cross-site': { status: 403, title: 'Requests from other sites are refused' },
  'party-locked': { status: 403, title: 'The host has locked this party' },
  'not-found': { status: 404, title: 'Nothing here' },
  'title-not-found': { status: 404, title: 'No such title' },
  'file-not-found': { status: 404, title: 'No such file' },
  'library-not-found': { status: 404, title: 'No such library' },
  'party-not-found': { status: 404, title: 'No such party' },
  'job-not-found': { status: 404, title: 'No such job' },
  'person-not-found': { status: 404, title: 'No such person' },
  'method-not-allowed': { status: 405, title: 'This address does not take that method' },
  'name-taken': { status: 409, title: 'This name is taken' },
  'stale-command': { status: 409, title: 'Something else changed playback first' },
  'party-full': { status: 409, title: 'This party is full' },
  conflict: { status: 409, title: 'Something else changed this first' },
  'folder-in-use': { status: 409, title: 'This folder is already part of a library' },
  'file-offline': { status: 409, title: 'The file cannot be reached at the moment' },
  'party-ended': { status: 410, title: 'This party is over' },
  'too-large': { status: 413, title: 'The request is too large' },
  'range-not-satisfiable': { status: 416, title: 'The file has no such range' },
  'folder-unreadable': { status: 422, title: 'The folder cannot be read' },
  'not-playable': { status: 422, title: 'This file cannot be played' },
  'weak-password': { status: 422, title: 'The password is too short' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong on the server' },
  'encode-failed': { status: 500, title: 'The video could not be converted' },
  'not-ready': { status: 503, title: 'The server is not ready' },
  'metadata-unavailable': { status: 503, title: 'The metadata source cannot be asked now' },
  'segment-late': { status: 503, title: 'The video is not ready yet' },
  'encoders-busy': { status: 503, title: 'All encoders are busy' },
  'disk-full': { status: 507, title: 'The server\u2019s disk is full' },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof PROBLEMS

/** RFC 9457 problem details; `instance` is the request id to look for in the log. */
export type ProblemBody = {
  type: string
  title: string
  status: number
  detail?: string
  instance?: string
}

export const problemBody = (code: ProblemCode, detail?: string, instance?: string): ProblemBody => ({
  type: `/problems/${code}`,
  ...PROBLEMS[code],
  ...(detail !== undefined && { detail }),
  ...(instance !== undefined && { instance }),
})
