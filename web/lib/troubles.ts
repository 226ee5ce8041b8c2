// What is wrong with the server and where to mend it, from what its pages know; nothing when all is well (pure).
import { LITTLE_SPACE_BYTES, type Status } from '#shared/api/admin.ts'
import type { Library } from '#shared/api/library.ts'

export type Trouble = {
  /** Of its sentence: `troubles.<name>`. */
  name:
    | 'noWorker'
    | 'versions'
    | 'folderAway'
    | 'scanFailed'
    | 'diskFull'
    | 'jobsFailed'
    | 'encoderFailed'
    | 'encodesWait'
    | 'encodesSlow'
  values: Record<string, string | number>
  to: '/admin/jobs' | '/admin/libraries' | '/admin/storage' | '/admin/settings' | '/admin/logs' | null
}

/** The gravest first. */
export function troublesOf(status: Status, libraries: readonly Library[]): Trouble[] {
  const { processes, encodes, hardware, freeBytes } = status
  const found: Trouble[] = []
  const add = (name: Trouble['name'], to: Trouble['to'], values: Trouble['values'] = {}): void =>
    void found.push({ name, values, to })

  if (processes.length > 0 && processes.every(({ role }) => role === 'web')) add('noWorker', null)
  if (freeBytes !== null && freeBytes < LITTLE_SPACE_BYTES)
    add('diskFull', '/admin/storage', { bytes: freeBytes })
  for (const { name, folders, scan } of libraries) {
    for (const { path, state } of folders)
      if (state === 'unavailable') add('folderAway', '/admin/libraries', { name, path })
    if (scan?.phase === 'failed') add('scanFailed', '/admin/libraries', { name })
  }
  const failed = status.jobs['buried'] ?? 0
  if (failed > 0) add('jobsFailed', '/admin/jobs', { count: failed })
  const waiting = encodes.filter(({ state }) => state === 'waiting').length
  if (waiting > 0) add('encodesWait', '/admin/settings', { count: waiting })
  const slow = encodes.filter(
    ({ state, speed }) => state === 'encoding' && speed !== null && speed < 1,
  ).length
  if (slow > 0) add('encodesSlow', '/admin/settings', { count: slow })
  for (const { encoder, fault } of hardware)
    if (fault !== null) add('encoderFailed', '/admin/logs', { encoder, fault })
  if (new Set(processes.map(({ version }) => version)).size > 1) add('versions', null)
  return found
}
