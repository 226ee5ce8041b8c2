// `mediaserver doctor`: what this machine and these settings are good for, and what to do about the rest.
import { constants } from 'node:fs'
import { access, readdir, readFile, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { LITTLE_SPACE_BYTES } from '../../shared/api/admin.ts'
import { candidatesHere, type Trial, tryEncoder } from '../media/hardware.ts'
import { openOffline } from '../offline.ts'
import { openBlobs } from '../platform/blobs/open.ts'
import type { Config } from '../platform/config.ts'
import { openRedisCoordination } from '../platform/coordination/redis.ts'
import { faultsOf, isInUse, openDatabase } from '../platform/database/database.ts'
import { silentLog } from '../platform/log.ts'
import { StartupFault } from '../platform/startup-fault.ts'
import { withTmdbKey } from '../platform/tmdb-key.ts'
import { faultsBeforeStart } from './checks.ts'

type Verdict = 'ok' | 'warn' | 'FAIL'
type Say = (verdict: Verdict, what: string) => void

const GB = 1e9
const PATIENCE_MS = 5000
const CLOCK_OFF_MS = 5 * 60_000
const FEW_WATCHES = 65_536
/** No clock of this program's time shows less. */
const BUILT_AT_MS = Date.UTC(2026, 0, 1)

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

async function start(config: Config, say: Say): Promise<void> {
  const isRunning =
    config.database.kind === 'sqlite' ? isInUseIfThere(config) : await answersOn(config.http.port)
  // A running server holds the port rightly.
  const checked = isRunning ? { ...config, http: { ...config.http, port: 0 } } : config
  const faults = await faultsBeforeStart(checked)
  for (const fault of faults) say('FAIL', fault)
  if (faults.length > 0) return
  say('ok', isRunning ? 'A server is running here.' : 'Folders, rights and port are right.')
}

/** Without a database file of its own a process is known by what it answers; see `/health`. */
async function answersOn(port: number): Promise<boolean> {
  try {
    const reply = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(PATIENCE_MS) })
    return isDeepStrictEqual(await reply.json(), { status: 'ok' })
  } catch {
    return false
  }
}

function isInUseIfThere(config: Config): boolean {
  try {
    return isInUse(config.database)
  } catch {
    return false
  }
}

async function space(config: Config, say: Say): Promise<void> {
  let nearest = config.dataPath
  while (!(await stat(nearest).catch(() => null)) && dirname(nearest) !== nearest) nearest = dirname(nearest)
  const { bavail, bsize } = await statfs(nearest)
  const free = bavail * bsize
  const text = `${(free / GB).toFixed(1)} GB are free for ${config.dataPath}`
  if (free < LITTLE_SPACE_BYTES)
    say('warn', `${text}: free some, or choose another disk with --data or MEDIASERVER_DATA.`)
  else if (config.s3 === null && free < config.media.cacheBytes)
    say('warn', `${text}, less than MEDIASERVER_CACHE_BYTES allows: lower it, or free some.`)
  else say('ok', `${text}.`)
}

function clock(say: Say): void {
  if (Date.now() < BUILT_AT_MS)
    say('FAIL', `The clock says ${new Date().toISOString()}: set it, or sign-ins and tickets will not hold.`)
  else say('ok', `The clock says ${new Date().toISOString()}.`)
}

async function watches(say: Say): Promise<void> {
  if (process.platform !== 'linux') return
  const text = await readFile('/proc/sys/fs/inotify/max_user_watches', 'utf8').catch(() => '')
  const count = Number(text)
  if (text !== '' && count < FEW_WATCHES)
    say(
      'warn',
      `Only ${count} folders can be watched for changes: sysctl fs.inotify.max_user_watches=524288, or scan by hand.`,
    )
}

async function database(config: Config, say: Say): Promise<void> {
  if (config.database.kind === 'sqlite') {
    const { path } = config.database
    if (!(await stat(path).catch(() => null))) return say('ok', 'No database yet: the first start makes it.')
    const faults = faultsOf(path)
    if (faults.length === 0) say('ok', 'The database is whole.')
    else say('FAIL', `The database is damaged (${faults.join('; ')}): stop the server and restore a backup.`)
  } else {
    await using open = await openDatabase(config.database, Date.now)
    await open.ping()
    say('ok', 'PostgreSQL answers and is up to date.')
  }
  await using offline = await openOffline(config)
  for (const { path } of await offline.folders())
    await access(path, constants.R_OK | constants.X_OK)
      .then(() => readdir(path))
      .then(
        (names) =>
          names.length === 0
            ? say('warn', `The folder ${path} of a library is empty: is its disk mounted?`)
            : say('ok', `The folder ${path} of a library can be read.`),
        () =>
          say(
            'warn',
            `The folder ${path} of a library cannot be read: is its disk mounted, has this user rights?`,
          ),
      )
}

async function redis({ redisUrl }: Config, say: Say): Promise<void> {
  if (redisUrl === null) return
  await using open = await openRedisCoordination({
    url: redisUrl,
    installation: 'doctor',
    log: silentLog(),
    advise: (sentence) => say('warn', sentence),
  })
  await open.ping()
  say('ok', 'Redis answers.')
}

async function s3(config: Config, say: Say): Promise<void> {
  if (config.s3 === null) return
  await using blobs = await openBlobs(config)
  await blobs.ping()
  say('ok', `The bucket ${config.s3.bucket} answers.`)
}

/** Asked only where a key is set: without one no network is needed. What it answers also tells the time. */
async function metadata({ tmdb }: Config, say: Say): Promise<void> {
  if (tmdb.key === null) return
  const url = new URL(`${tmdb.baseUrl}/configuration`)
  const headers = { accept: 'application/json', ...withTmdbKey(url, tmdb.key) }
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE_MS) }).catch(messageOf)
  if (typeof answer === 'string')
    return say('warn', `${url.host} cannot be reached (${answer}): names come from files meanwhile.`)
  if (answer.status === 401) say('FAIL', `${url.host} does not take the key: set MEDIASERVER_TMDB_KEY anew.`)
  else say('ok', `${url.host} answers.`)
  const offMs = Math.abs(Date.parse(answer.headers.get('date') ?? '') - Date.now())
  if (offMs > CLOCK_OFF_MS)
    say('warn', `The clock is ${Math.round(offMs / 60_000)} minutes off by what that server says: set it.`)
}

async function media(config: Config, say: Say): Promise<void> {
  const { fault } = await tryEncoder('libx264')
  if (fault === null) say('ok', 'FFmpeg works here: pictures encoded by x264, and decoded again.')
  else say('FAIL', `FFmpeg cannot encode here (${fault}): run npm ci again.`)
  const trials: Trial[] = []
  for (const encoder of candidatesHere()) trials.push(await tryEncoder(encoder))
  for (const trial of trials)
    if (trial.fault === null) say('ok', `Hardware encoder ${trial.encoder}: works.`)
    else say('ok', `Hardware encoder ${trial.encoder}: ${trial.fault}`)
  await renderDevices(say)
  if (!trials.some((trial) => trial.fault === null))
    say('ok', 'No hardware encoder works here: films are encoded by the processor.')
  else if (config.media.hardware === 'off')
    say('ok', 'MEDIASERVER_HARDWARE is off: films are encoded by the processor all the same.')
  else if (config.media.hardware === 'auto' && config.redisUrl !== null)
    say(
      'warn',
      'Several processes agree on hardware by MEDIASERVER_HARDWARE=on for each: until then it is not used.',
    )
}

/** A graphics device that is there and may not be opened is the commonest reason for an idle one. */
async function renderDevices(say: Say): Promise<void> {
  const names = await readdir('/dev/dri').catch(() => [])
  for (const name of names.filter((one) => one.startsWith('renderD')))
    await access(`/dev/dri/${name}`, constants.R_OK | constants.W_OK).catch(() =>
      say(
        'warn',
        `/dev/dri/${name} may not be used by this user: add it to the device's group (often render).`,
      ),
    )
}

/** 1 when something must be done before it can work. */
export async function doctor(config: Config): Promise<number> {
  let failed = 0
  const say: Say = (verdict, what) => {
    if (verdict === 'FAIL') failed++
    process.stdout.write(`${verdict.padEnd(4)}  ${what}\n`)
  }
  say('ok', `Node ${process.version} on ${process.platform} ${process.arch}.`)
  clock(say)
  for (const [part, check] of [
    ['The start', () => start(config, say)],
    ['The disk', () => space(config, say)],
    ['Watching folders', () => watches(say)],
    ['The database', () => database(config, say)],
    ['Redis', () => redis(config, say)],
    ['S3', () => s3(config, say)],
    ['The metadata service', () => metadata(config, say)],
    ['FFmpeg', () => media(config, say)],
  ] as const)
    await check().catch((error: unknown) =>
      // An engine that cannot be used says itself which it is and what to do.
      say('FAIL', error instanceof StartupFault ? error.message : `${part}: ${messageOf(error)}`),
    )
  return failed > 0 ? 1 : 0
}
