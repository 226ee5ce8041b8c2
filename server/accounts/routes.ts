// The accounts feature's HTTP.
import {
  addPerson,
  claimOwner,
  getSession,
  listPeople,
  removePerson,
  signIn,
  signOut,
} from '#shared/api/accounts.ts'
import { type Caller, type Http, serve } from '../http/endpoint.ts'
import type { Accounts, SignedIn, Visitor } from './accounts.ts'

/** The part of a caller's headers that sign-in needs: the cookie, and the address for its own records. */
function visitorOf(caller: Caller): Visitor {
  const headers = new Headers()
  const cookie = Object.entries(caller.cookies)
    .map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`)
    .join('; ')
  if (cookie) headers.set('cookie', cookie)
  if (caller.userAgent) headers.set('user-agent', caller.userAgent)
  return { viewer: caller.viewer, address: caller.address, isLocal: caller.isLocal, headers }
}

function reply(caller: Caller, { state, cookies }: SignedIn) {
  if (cookies.length > 0) caller.setHeader('set-cookie', cookies)
  return state
}

export function accountsRoutes(http: Http, accounts: Accounts): void {
  serve(http, getSession, (_, caller) => accounts.state(caller))
  serve(http, claimOwner, async ({ body }, caller) =>
    reply(caller, await accounts.claimOwner(body, visitorOf(caller))),
  )
  serve(http, signIn, async ({ body }, caller) =>
    reply(caller, await accounts.signIn(body, visitorOf(caller))),
  )
  serve(http, signOut, async (_, caller) =>
    reply(caller, await accounts.signOut({ ...visitorOf(caller), signInId: caller.sessionId })),
  )
  serve(http, listPeople, async () => ({ items: await accounts.people() }))
  serve(http, addPerson, ({ body }) => accounts.addPerson(body))
  serve(http, removePerson, async ({ params }) => {
    await accounts.removePerson(params.id)
    return {}
  })
}
