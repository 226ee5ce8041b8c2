// The admin feature's HTTP.
import { listLogs } from '#shared/api/admin-logs.ts'
import { changeSettings, listSettings } from '#shared/api/admin-settings.ts'
import {
  cancelJob,
  changeJob,
  evictCache,
  getStatus,
  listAudit,
  listJobs,
  retryJob,
  stopPlayback,
} from '#shared/api/admin.ts'
import { type Http, serve } from '../http/endpoint.ts'
import type { Admin } from './admin.ts'

export function adminRoutes(http: Http, admin: Admin): void {
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
  serve(http, evictCache, () => admin.evictCache())
  serve(http, listAudit, ({ query }) => admin.audit(query))
  serve(http, listSettings, async () => ({ items: admin.settings() }))
  serve(http, changeSettings, async ({ body }) => ({ items: await admin.changeSettings(body.changes) }))
  serve(http, listLogs, async ({ query }) => ({ items: await admin.logs(query) }))
}
