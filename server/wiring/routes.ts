// Every feature's HTTP, on one server.
import { accountsRoutes } from '../accounts/routes.ts'
import { adminRoutes } from '../admin/routes.ts'
import { catalogRoutes, metadataRoutes } from '../catalog/routes.ts'
import { historyRoutes } from '../history/routes.ts'
import { auditAdministrators } from '../http/audit.ts'
import { createHandOver } from '../http/hand-over.ts'
import type { Library } from '../library/library.ts'
import { libraryRoutes } from '../library/routes.ts'
import { partyRoutes } from '../party/routes.ts'
import type { Config } from '../platform/config.ts'
import { playbackRoutes } from '../playback/routes.ts'
import type { Accounts } from '../accounts/accounts.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { ArtworkStore } from '../catalog/artwork.ts'
import type { Metadata } from '../catalog/metadata/metadata.ts'
import type { History } from '../history/history.ts'
import type { PlaybackFeature } from '../playback/playback.ts'
import type { Party } from '../party/party.ts'
import type { Admin } from '../admin/admin.ts'
import type { StorageReports } from '../admin/storage.ts'
import type { Http } from '../http/endpoint.ts'

export type Features = {
  accounts: Accounts
  library: Library
  catalog: Catalog
  artwork: ArtworkStore
  metadata: Metadata
  history: History
  playback: PlaybackFeature
  party: Party
  admin: Admin
  storage: StorageReports
}

/** For processes that people reach. */
export function addRoutes(
  http: Http,
  features: Features,
  { http: { accelPrefix, publicUrl }, s3 }: Config,
): void {
  const { accounts, library, catalog, artwork, metadata, history, playback, party, admin, storage } = features
  auditAdministrators(http, admin.record)
  accountsRoutes(http, accounts)
  libraryRoutes(http, library)
  catalogRoutes(http, {
    catalog,
    artwork,
    isPartyTitle: (partyId, titleId) =>
      party.guestMayPlay({ kind: 'guest', id: '', name: '', partyId }, titleId),
  })
  metadataRoutes(http, metadata)
  historyRoutes(http, history)
  playbackRoutes(http, playback, createHandOver({ prefix: accelPrefix, hasBlobFiles: s3 === null }))
  partyRoutes(http, party, publicUrl?.startsWith('https:') ?? false)
  adminRoutes(http, admin, storage)
}
