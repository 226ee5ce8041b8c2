// What follows when an administrator changes a setting while the server runs; every other part looks it up when it needs it.
import type { Settings } from '../admin/settings.ts'
import { enrichTitle, evictSegments, matchTitle, refreshMetadata } from '../job-kinds.ts'
import type { JobQueue } from '../platform/jobs/queue.ts'
import type { Logs } from '../platform/log.ts'

export type SettingsChangesDeps = {
  settings: Pick<Settings, 'onChange'>
  logs: Logs
  queue: Pick<JobQueue, 'hurry' | 'enqueue'>
  /** Has encodes and their limits looked at again. */
  sweep: () => void
}

export function followSettings({ settings, logs, queue, sweep }: SettingsChangesDeps): void {
  const { log } = logs
  settings.onChange((now, before) => {
    if (now.log.level !== before.log.level) logs.setLevel(now.log.level)
    sweep()
    const isNewKey = now.tmdb.key !== before.tmdb.key
    // Every process does it: whichever runs them knows the new key by then.
    if (isNewKey)
      for (const kind of [matchTitle, enrichTitle])
        queue.hurry(kind).catch((err: unknown) => log.warn({ err, kind: kind.kind }, 'jobs wait on'))
    // What has to be done about it is done once: one job, whichever process takes it.
    const due = [
      ...(now.media.cacheBytes < before.media.cacheBytes ? [evictSegments] : []),
      ...(isNewKey ? [refreshMetadata] : []),
    ]
    for (const kind of due)
      queue
        .enqueue(kind, {}, { key: 'settings', priority: 10 })
        .catch((err: unknown) =>
          log.warn({ err, kind: kind.kind }, 'a change of settings waits for the schedule'),
        )
  })
}
