// `mediaserver scan [library]`: looks for changes now; the server that runs does the work, or the next one that starts.
import { openOffline } from '../offline.ts'
import type { Config } from '../platform/config.ts'
import { isInUse } from '../platform/database/database.ts'
import { StartupFault } from '../platform/startup-fault.ts'

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
  for (const { id, name } of chosen) {
    const { isNew } = await offline.scan(id)
    const state = isNew ? 'will be scanned' : 'is waiting to be scanned already'
    process.stdout.write(`${name} ${state}${waits ? ' when the server starts' : ''}.\n`)
  }
  return 0
}
