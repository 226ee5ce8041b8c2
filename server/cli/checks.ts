// What is checked before anything is written: folders, rights, the port; each fault is one sentence.
import { constants } from 'node:fs'
import { access, mkdir, readdir, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import type { Config } from '../platform/config.ts'
import { StartupFault } from '../platform/startup-fault.ts'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

async function checkFolder(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => codeOf(error))
  if (found === 'EACCES')
    throw new StartupFault(`The folder ${path} cannot be read: this user has no right to it.`)
  if (typeof found === 'string') throw new StartupFault(`The folder ${path} does not exist.`)
  if (!found.isDirectory())
    throw new StartupFault(`${path} is a file; name the folder that holds your films.`)
  await access(path, constants.R_OK | constants.X_OK)
    .then(() => readdir(path))
    .catch(() => {
      throw new StartupFault(`The folder ${path} cannot be read: this user has no right to it.`)
    })
}

/** Looks only: the folder is made once everything else is known to be right. */
async function checkDataFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (found && !found.isDirectory())
    throw new StartupFault(`The data folder ${path} is a file; choose another with --data.`)
  let nearest = path
  while (!(await stat(nearest).catch(() => null)) && dirname(nearest) !== nearest) nearest = dirname(nearest)
  await access(nearest, constants.W_OK | constants.X_OK).catch(() => {
    throw new StartupFault(
      `The data folder ${path} cannot be written: choose another with --data, or give this user the right to it.`,
    )
  })
}

const checkPort = (host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    if (port === 0) return resolve()
    const probe = createServer()
    probe.once('error', (error) => {
      const code = codeOf(error)
      if (code === 'EADDRINUSE')
        reject(
          new StartupFault(
            `Port ${port} is in use by another program: stop it, or choose another with --port.`,
          ),
        )
      else if (code === 'EACCES')
        reject(
          new StartupFault(
            `Port ${port} needs more rights than this user has: choose one above 1023 with --port.`,
          ),
        )
      else
        reject(
          new StartupFault(
            `The address ${host} cannot be listened on (${code}): choose another with --host.`,
          ),
        )
    })
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve()))
  })

/** Every fault, each as a sentence; nothing is written. */
export async function faultsBeforeStart(config: Config): Promise<string[]> {
  const checks = [
    ...config.libraries.map((folder) => checkFolder(folder)),
    checkDataFolder(config.dataPath),
    checkPort(config.http.host, config.http.port),
  ]
  return (await Promise.allSettled(checks)).flatMap((one) =>
    one.status === 'rejected' ? [one.reason instanceof Error ? one.reason.message : String(one.reason)] : [],
  )
}

/** Throws `StartupFault` with all of them; otherwise the data folder is there afterwards. */
export async function checkBeforeStart(config: Config): Promise<void> {
  const faults = await faultsBeforeStart(config)
  if (faults.length > 0) throw new StartupFault(faults.join('\n'))
  await mkdir(config.dataPath, { recursive: true }).catch((error: unknown) => {
    throw new StartupFault(
      `The data folder ${config.dataPath} cannot be made (${codeOf(error)}): choose another with --data.`,
    )
  })
}
