// What an endpoint is: one HTTP operation as data. The server binds it to a handler, the web client calls it.
import type { Static, TSchema } from 'typebox'

/**
 * Who may call an endpoint. `public`: anybody; `member`: a signed-in viewer or a party's guest (the handler
 * checks the guest's scope); `viewer`: signed in; `admin`: signed in as owner or administrator.
 */
export type Access = 'public' | 'member' | 'viewer' | 'admin'

export type Cost = 'search' | 'playback'

export type Endpoint = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly access: Access
  /** What makes it dear: asked for too often by one account or address, it is refused with `too-many-requests`. */
  readonly cost?: Cost
  /** One sentence for the OpenAPI page. */
  readonly summary: string
  readonly params?: TSchema
  readonly query?: TSchema
  readonly body?: TSchema
  readonly reply: TSchema
}

type Part<E extends Endpoint, K extends 'params' | 'query' | 'body'> = E[K] extends TSchema
  ? { [P in K]: Static<E[K]> }
  : unknown
export type Input<E extends Endpoint> = Part<E, 'params'> & Part<E, 'query'> & Part<E, 'body'>
export type Reply<E extends Endpoint> = Static<E['reply']>

export const endpoint = <const E extends Endpoint>(e: E): E => e
