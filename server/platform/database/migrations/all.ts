// Every migration in order. A released one is never edited; a new one goes to the end.
import type { Migration } from '../migrate.ts'
import { platformAndAccounts } from './0001-platform-and-accounts.ts'
import { library } from './0002-library.ts'
import { catalog } from './0003-catalog.ts'
import { party } from './0005-party.ts'
import { admin } from './0006-admin.ts'
import { metadata } from './0007-metadata.ts'
import { tracks } from './0008-tracks.ts'
import { jobTraces } from './0009-job-traces.ts'
import { quickLists } from './0010-quick-lists.ts'
import { mergedTitles } from './0011-merged-titles.ts'
import { walks } from './0012-walks.ts'
import { titlesApart } from './0013-titles-apart.ts'
import { alikeFiles } from './0014-alike-files.ts'
import { facetSets } from './0015-facet-sets.ts'
import { byteOrder } from './0016-byte-order.ts'

export const MIGRATIONS: readonly Migration[] = [
  platformAndAccounts,
  library,
  catalog,
  party,
  admin,
  metadata,
  tracks,
  jobTraces,
  quickLists,
  mergedTitles,
  walks,
  titlesApart,
  alikeFiles,
  facetSets,
  byteOrder,
]
