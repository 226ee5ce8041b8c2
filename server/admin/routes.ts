// The admin feature's HTTP.
import { listLogs } from '#shared/api/admin-logs.ts'
import { changeSettings, listSettings } from '#shared/api/admin-settings.ts'
import { evictCache, getStorage } from '#shared/api/admin-storage.ts'
import {
  cancelJob,
  changeJob,
  getStatus,
  listAudit,
  listJobs,
  retryFailedJobs,
  retryJob,
  stopPlayback,
} from '#shared/api/admin.ts'
import { type Http, serve } from '../http/endpoint.ts'
import type { Admin } from './admin.ts'
import type { StorageReports } from './storage.ts'

export function adminRoutes(http: Http, admin: Admin, storage: StorageReports): void {
  serve(http, getStatus, () => admin.status())
  serve(http, listJobs, ({ query }) => admin.jobs(query))
  serve(http, retryJob, async ({ params }) => {
    await admin.retryJob(params.id)
    return {}
  })
  serve(http, cancelJob, async ({ params }) => {
    await admin.cancelJob(params.id)
    return {}
  })
  serve(http, changeJob, async ({ params, body }) => {
    await admin.changeJob(params.id, body)
    return {}
  })
  serve(http, stopPlayback, async ({ params }) => {
    await admin.stopPlayback(params.id)
    return {}
  })
  serve(http, retryFailedJobs, () => admin.retryFailedJobs())
  serve(http, getStorage, () => storage.report())
  serve(http, evictCache, ({ body }) => storage.evict(body.id))
  serve(http, listAudit, ({ query }) => admin.audit(query))
  serve(http, listSettings, async () => ({ items: admin.settings() }))
  serve(http, changeSettings, async ({ body }) => ({ items: await admin.changeSettings(body.changes) }))
  serve(http, listLogs, async ({ query }) => ({ items: await admin.logs(query) }))
}
