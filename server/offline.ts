// The second composition root: what commands need beside a server that runs, or without one.
import { createAccounts } from './accounts/accounts.ts'
import { createAuth } from './accounts/auth.ts'
import { createAccountsStore } from './accounts/store.ts'
import { JOB_KINDS, endSignIns, scanLibrary } from './job-kinds.ts'
import { createLibraryStore } from './library/store.ts'
import type { Config } from './platform/config.ts'
import { joinDatabase } from './platform/database/database.ts'
import { installationOf } from './platform/database/setting-once.ts'
import { openQueue } from './platform/jobs/open.ts'
import { silentLog } from './platform/log.ts'
import { unlimited } from './platform/rate-limit.ts'

export async function openOffline(config: Config) {
  await using stack = new AsyncDisposableStack()
  const log = silentLog()
  const database = stack.use(await joinDatabase(config.database, Date.now))
  const { db } = database
  const queue = stack.use(
    await openQueue({
      config,
      installation: await installationOf(db, Date.now()),
      db,
      kinds: JOB_KINDS,
      log,
      nowMs: Date.now,
      takesOver: false,
    }),
  )
  const store = createAccountsStore(db)
  const accounts = createAccounts({
    store,
    // No cookie is ever given out here.
    auth: createAuth({ db, secret: 'no session is signed here, ever', isSecure: false }),
    limits: unlimited,
    log,
    nowMs: Date.now,
    // A server that runs now ends the sockets and tickets; one that starts later has none.
    onSignedOut: ({ personId }) => {
      if (personId !== undefined)
        ending.push(queue.enqueue(endSignIns, { personId }, { key: personId, priority: 100 }))
    },
  })
  const ending: Promise<unknown>[] = []
  const parts = stack.move()
  return {
    accounts,
    libraries: () => createLibraryStore(db).libraries(),
    folders: () => createLibraryStore(db).folders(),
    /** As the server that scans last stored it. */
    scanProgress: (libraryId: string) => createLibraryStore(db).scan(libraryId),
    job: queue.get,
    scan: (libraryId: string) => queue.enqueue(scanLibrary, { libraryId }, { key: `${libraryId} ` }),
    async [Symbol.asyncDispose]() {
      await Promise.all(ending)
      await parts[Symbol.asyncDispose]()
    },
  }
}
export type Offline = Awaited<ReturnType<typeof openOffline>>
