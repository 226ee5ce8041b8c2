// Addresses under `/v/<ticket>/<asset>/`: taking another ticket, telling whether two lead to the same asset (pure).
const TICKET = /\/v\/[^/]+\//

/** The address, under the ticket of another one; playlists name segments relative to where they were loaded from. */
export function underTicketOf(url: string, fresh: string | null): string {
  const ticket = fresh && TICKET.exec(fresh)?.[0]
  return ticket ? url.replace(TICKET, () => ticket) : url
}

const assetOf = (url: string | null) => (url && /\/v\/[^/]+\/([^/]+)\//.exec(url)?.[1]) ?? null

export const haveSameAsset = (a: string | null, b: string | null): boolean =>
  assetOf(a) !== null && assetOf(a) === assetOf(b)
