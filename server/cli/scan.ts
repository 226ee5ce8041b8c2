// `mediaserver scan [library]`: looks for changes now; the server that runs does the work, or the next one that starts.
import { setTimeout as pause } from 'node:timers/promises'
import { type Offline, openOffline } from '../offline.ts'
import type { Config } from '../platform/config.ts'
import { isInUse } from '../platform/database/database.ts'
import { silentLog } from '../platform/log.ts'
import { StartupFault } from '../platform/startup-fault.ts'
import { createScanLine, scanLine } from './scan-line.ts'

const LOOK_EVERY_MS = 250
/** Past this nobody seems to have time for it. */
const PATIENCE_MS = 15_000

export async function scan(config: Config, [wanted]: readonly string[]): Promise<number> {
  await using offline = await openOffline(config)
  const all = await offline.libraries()
  const chosen = all.filter(
    ({ id, name }) => wanted === undefined || id === wanted || name.toLowerCase() === wanted.toLowerCase(),
  )
  if (chosen.length === 0)
    throw new StartupFault(
      wanted === undefined
        ? 'There is no library yet: start the server with a folder, or add one in the browser.'
        : `There is no library ${wanted}; there are: ${all.map(({ name }) => name).join(', ') || 'none'}.`,
    )
  const waits = config.database.kind === 'sqlite' && !isInUse(config.database)
  const asked: { id: string; name: string; jobId: string }[] = []
  for (const { id, name } of chosen) {
    const { id: jobId, isNew } = await offline.scan(id)
    asked.push({ id, name, jobId })
    const state = isNew ? 'will be scanned' : 'is waiting to be scanned already'
    process.stdout.write(`${name} ${state}${waits ? ' when the server starts' : ''}.\n`)
  }
  if (waits) return 0
  let code = 0
  for (const one of asked) if (!(await follow(offline, one))) code = 1
  return code
}

/** Shows how far it is until it is over; whoever goes away meanwhile does not end it. False when it failed. */
async function follow(
  offline: Offline,
  { id, name, jobId }: { id: string; name: string; jobId: string },
): Promise<boolean> {
  const draw = createScanLine(process.stdout, silentLog(), Date.now)
  const beganAtMs = Date.now()
  for (;;) {
    const [job, progress] = await Promise.all([offline.job(jobId), offline.scanProgress(id)])
    const isOver = job?.state !== 'waiting' && job?.state !== 'active'
    if (isOver && process.stdout.isTTY && progress) draw(progress, name)
    else if (isOver && progress) process.stdout.write(`${scanLine(progress, name)}\n`)
    else if (process.stdout.isTTY && job?.state === 'active' && progress?.finishedAtMs === null)
      draw(progress, name)
    // One that is gone was tidied away: it is over, too.
    if (isOver) return job?.state !== 'buried' && job?.state !== 'cancelled'
    if (job.state === 'waiting' && Date.now() - beganAtMs > PATIENCE_MS) {
      process.stdout.write(`${name} still waits: the server has other work, or none is running.\n`)
      return true
    }
    await pause(LOOK_EVERY_MS)
  }
}
