// The party feature's HTTP: create, look up, join as a guest, end.
import { createParty, endParty, getParty, joinAsGuest, listParties } from '#shared/api/party.ts'
import { type Caller, type Http, serve } from '../http/endpoint.ts'
import { networkOf } from '../platform/rate-limit.ts'
import { guestCookie } from './guest-ticket.ts'
import type { Party } from './party.ts'

const networkFrom = ({ address }: Caller): string => `address ${networkOf(address)}`
/** Whose guesses are counted: a person wherever they are, everybody else by address. */
const whoOf = (caller: Caller): string => (caller.viewer ? `member ${caller.viewer.id}` : networkFrom(caller))

export function partyRoutes(http: Http, party: Party, isSecure: boolean): void {
  serve(http, createParty, ({ body }, { viewer }) => party.create(viewer, body))
  serve(http, listParties, async (_, { viewer }) => ({ items: await party.list(viewer) }))
  serve(http, getParty, ({ params }, caller) => party.lookUp(params.code, whoOf(caller)))
  serve(http, joinAsGuest, async ({ params, body }, caller) => {
    const joined = await party.joinAsGuest(params.code, body.name, networkFrom(caller))
    caller.setHeader('set-cookie', guestCookie(joined.ticket, isSecure))
    return { viewer: joined.viewer, party: joined.party }
  })
  serve(http, endParty, async ({ params }, { viewer }) => {
    await party.end(params.code, viewer)
    return {}
  })
}
