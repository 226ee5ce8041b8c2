// Environment and command line to one frozen, typed `Config`; every variable, default and cross-check.
import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { delimiter, resolve } from 'node:path'
import type { DatabaseConfig } from './database/database.ts'
import { editDistance } from './edit-distance.ts'
import { VARIABLES, type VariableName } from './variables.ts'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export type Role = 'all' | 'web' | 'worker'

export type Config = {
  role: Role
  http: {
    host: string
    port: number
    /** Proxies whose `X-Forwarded-*` headers are believed: addresses or CIDR ranges. */
    trustedProxies: readonly string[]
    /** The address people use, for links; without it the request's own. */
    publicUrl: string | null
    /** Where nginx keeps its internal addresses of files, which it is told with `X-Accel-Redirect`. */
    accelPrefix: string | null
    /** Whether requests, searches and starts of playback are limited in number. */
    rateLimits: boolean
    /** Where the other processes of this installation reach this one; null: by its host name and port. */
    internalUrl: string | null
  }
  dataPath: string
  database: DatabaseConfig
  redisUrl: string | null
  s3: {
    bucket: string
    endpoint: string | null
    region: string
    accessKeyId: string
    secretAccessKey: string
  } | null
  /** Folders made into libraries at the first start. */
  libraries: readonly string[]
  /** Libraries may be chosen only below these; none: wherever the server may read. */
  browseRoots: readonly string[]
  owner: { name: string; password: string } | null
  tmdb: { key: string | null; baseUrl: string; imageUrl: string; language: string }
  media: {
    workers: number
    maxEncodes: number
    hardware: 'auto' | 'on' | 'off'
    cacheBytes: number
    cacheRamBytes: number
  }
  metricsToken: string | null
  /** Where spans are sent, and which share of the traces; null: nowhere. */
  traces: { url: string; share: number } | null
  log: { level: LogLevel; pretty: boolean }
  /** What all of it was read from. */
  given: Given
}

type Given = {
  env: Readonly<Record<string, string | undefined>>
  overrides: Overrides
  options: { isTerminal?: boolean; cwd?: string }
}

/** All faults of the settings at once, each a sentence. */
export class ConfigFaults extends Error {
  override name = 'ConfigFaults'
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.faults = faults
  }
}

const PREFIX = 'MEDIASERVER_'

/** At once in one process. */
export const MOST_ENCODES = 256

/** They say nothing without a bucket. */
const S3_ALONE = [
  'MEDIASERVER_S3_ENDPOINT',
  'MEDIASERVER_S3_ACCESS_KEY',
  'MEDIASERVER_S3_SECRET_KEY',
] as const

/** `10.0.0.2` or `172.16.0.0/12`. */
function isAddressRange(text: string): boolean {
  const [address = '', bits, more] = text.split('/')
  const longest = isIP(address) === 6 ? 128 : 32
  const isLength = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest)
  return isIP(address) > 0 && isLength && more === undefined
}

export type Overrides = {
  port?: string
  host?: string
  data?: string
  role?: string
  folders?: readonly string[]
}

/** Reads settings; throws `ConfigFaults` with every fault at once. `overrides` come from the command line and win. */
export function parseConfig(
  env: Readonly<Record<string, string | undefined>>,
  overrides: Overrides = {},
  options: Given['options'] = {},
): Config {
  const faults: string[] = []
  const cwd = options.cwd ?? process.cwd()
  const text = (name: VariableName): string => env[name]?.trim() ?? ''

  for (const name of Object.keys(env))
    if (name.startsWith(PREFIX) && !(name in VARIABLES)) {
      const [near] = Object.keys(VARIABLES)
        .map((known) => ({ known, distance: editDistance(known, name) }))
        .filter(({ distance }) => distance <= 3)
        .toSorted((a, b) => a.distance - b.distance)
      faults.push(`${name} is not a setting${near ? `; did you mean ${near.known}?` : '.'}`)
    }

  const integer = (name: VariableName, given: string, fallback: number, min: number, max: number): number => {
    if (given === '') return fallback
    const value = /^\d+$/.test(given) ? Number(given) : Number.NaN
    if (value >= min && value <= max) return value
    faults.push(`${name} must be a whole number from ${min} to ${max}, not "${given}".`)
    return fallback
  }
  const oneOf = <T extends string>(
    name: VariableName,
    given: string,
    allowed: readonly T[],
    fallback: T,
  ): T => {
    if (given === '') return fallback
    const found = allowed.find((a) => a === given)
    if (found === undefined) faults.push(`${name} must be one of ${allowed.join(', ')}, not "${given}".`)
    return found ?? fallback
  }
  const url = (name: VariableName, protocols: readonly string[], fallback: string | null): string | null => {
    const given = text(name)
    if (given === '') return fallback
    if (URL.canParse(given) && protocols.includes(new URL(given).protocol)) return given.replace(/\/$/, '')
    const beginnings = protocols.map((protocol) => `${protocol}//`).join(' or ')
    faults.push(`${name} must be an address that begins with ${beginnings}.`)
    return fallback
  }

  const role = oneOf<Role>(
    'MEDIASERVER_ROLE',
    overrides.role ?? text('MEDIASERVER_ROLE'),
    ['all', 'web', 'worker'],
    'all',
  )
  const dataPath = resolve(cwd, overrides.data ?? (text('MEDIASERVER_DATA') || 'data'))
  const databaseUrl = url('MEDIASERVER_DATABASE_URL', ['postgres:', 'postgresql:'], null)
  const redisUrl = url('MEDIASERVER_REDIS_URL', ['redis:', 'rediss:'], null)
  const cores = availableParallelism()

  const ownerName = text('MEDIASERVER_OWNER_NAME')
  const ownerPassword = env['MEDIASERVER_OWNER_PASSWORD'] ?? ''
  if ((ownerName === '') !== (ownerPassword === ''))
    faults.push('MEDIASERVER_OWNER_NAME and MEDIASERVER_OWNER_PASSWORD must be set together.')
  else if (ownerPassword !== '' && ownerPassword.length < 8)
    faults.push('MEDIASERVER_OWNER_PASSWORD must have at least 8 characters.')

  const accelPrefix = text('MEDIASERVER_ACCEL_PREFIX').replace(/\/$/, '')
  if (accelPrefix !== '' && !/^(\/[\w.-]+)+$/.test(accelPrefix))
    faults.push(
      `MEDIASERVER_ACCEL_PREFIX must be a path such as /_mediaserver, of letters, digits, "_", "." and "-".`,
    )
  else if (accelPrefix !== '' && text('MEDIASERVER_TRUSTED_PROXIES') === '')
    faults.push(
      'MEDIASERVER_ACCEL_PREFIX needs MEDIASERVER_TRUSTED_PROXIES: only nginx may be told where files are.',
    )

  const bucket = text('MEDIASERVER_S3_BUCKET')
  if (bucket !== '' && (text('MEDIASERVER_S3_ACCESS_KEY') === '' || text('MEDIASERVER_S3_SECRET_KEY') === ''))
    faults.push('MEDIASERVER_S3_BUCKET needs MEDIASERVER_S3_ACCESS_KEY and MEDIASERVER_S3_SECRET_KEY.')
  for (const name of S3_ALONE)
    if (bucket === '' && text(name) !== '') faults.push(`${name} is set but MEDIASERVER_S3_BUCKET is not.`)
  const trustedProxies = text('MEDIASERVER_TRUSTED_PROXIES')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
  for (const one of trustedProxies)
    if (!isAddressRange(one))
      faults.push(
        `MEDIASERVER_TRUSTED_PROXIES takes addresses and ranges such as 10.0.0.2 or 172.16.0.0/12, not "${one}".`,
      )
  if (redisUrl === null && text('MEDIASERVER_INTERNAL_URL') !== '')
    faults.push(
      'MEDIASERVER_INTERNAL_URL is for several processes: set MEDIASERVER_REDIS_URL, too, or leave it out.',
    )
  if (role !== 'all') {
    if (databaseUrl === null)
      faults.push(
        `Role ${role} means several processes: set MEDIASERVER_DATABASE_URL (SQLite serves one process only).`,
      )
    if (redisUrl === null) faults.push(`Role ${role} means several processes: set MEDIASERVER_REDIS_URL.`)
  }

  const tracesUrl = url('MEDIASERVER_TRACES_URL', ['http:', 'https:'], null)
  const tracesPercent = integer('MEDIASERVER_TRACES_PERCENT', text('MEDIASERVER_TRACES_PERCENT'), 100, 0, 100)

  const config: Config = {
    role,
    http: {
      host: overrides.host ?? (text('MEDIASERVER_HOST') || '::'),
      port: integer('MEDIASERVER_PORT', overrides.port ?? text('MEDIASERVER_PORT'), 8096, 0, 65535),
      trustedProxies,
      publicUrl: url('MEDIASERVER_PUBLIC_URL', ['http:', 'https:'], null),
      accelPrefix: accelPrefix || null,
      rateLimits:
        oneOf('MEDIASERVER_RATE_LIMITS', text('MEDIASERVER_RATE_LIMITS'), ['on', 'off'], 'on') === 'on',
      internalUrl: url('MEDIASERVER_INTERNAL_URL', ['http:', 'https:'], null),
    },
    dataPath,
    database: databaseUrl
      ? { kind: 'postgres', url: databaseUrl }
      : { kind: 'sqlite', path: resolve(dataPath, 'mediaserver.db') },
    redisUrl,
    s3:
      bucket === ''
        ? null
        : {
            bucket,
            endpoint: url('MEDIASERVER_S3_ENDPOINT', ['http:', 'https:'], null),
            region: text('MEDIASERVER_S3_REGION') || 'us-east-1',
            accessKeyId: text('MEDIASERVER_S3_ACCESS_KEY'),
            secretAccessKey: text('MEDIASERVER_S3_SECRET_KEY'),
          },
    libraries: [
      ...(env['MEDIASERVER_LIBRARIES']?.split(delimiter).filter(Boolean) ?? []),
      ...(overrides.folders ?? []),
    ].map((folder) => resolve(cwd, folder)),
    browseRoots: text('MEDIASERVER_BROWSE_ROOTS')
      .split(delimiter)
      .filter(Boolean)
      .map((folder) => resolve(cwd, folder)),
    owner: ownerName === '' ? null : { name: ownerName, password: ownerPassword },
    tmdb: {
      key: text('MEDIASERVER_TMDB_KEY') || null,
      baseUrl:
        url('MEDIASERVER_TMDB_URL', ['http:', 'https:'], null) ?? VARIABLES.MEDIASERVER_TMDB_URL.default,
      imageUrl:
        url('MEDIASERVER_TMDB_IMAGE_URL', ['http:', 'https:'], null) ??
        VARIABLES.MEDIASERVER_TMDB_IMAGE_URL.default,
      language: text('MEDIASERVER_LANGUAGE') || 'en-US',
    },
    media: {
      workers: integer('MEDIASERVER_MEDIA_WORKERS', text('MEDIASERVER_MEDIA_WORKERS'), cores, 1, 256),
      maxEncodes: integer(
        'MEDIASERVER_MAX_ENCODES',
        text('MEDIASERVER_MAX_ENCODES'),
        Math.max(2, cores),
        1,
        MOST_ENCODES,
      ),
      hardware: oneOf('MEDIASERVER_HARDWARE', text('MEDIASERVER_HARDWARE'), ['auto', 'on', 'off'], 'auto'),
      cacheBytes: integer(
        'MEDIASERVER_CACHE_BYTES',
        text('MEDIASERVER_CACHE_BYTES'),
        20e9,
        0,
        Number.MAX_SAFE_INTEGER,
      ),
      cacheRamBytes: integer(
        'MEDIASERVER_CACHE_RAM_BYTES',
        text('MEDIASERVER_CACHE_RAM_BYTES'),
        2 ** 28,
        0,
        2 ** 40,
      ),
    },
    metricsToken: text('MEDIASERVER_METRICS_TOKEN') || null,
    traces: tracesUrl === null ? null : { url: tracesUrl, share: tracesPercent / 100 },
    log: {
      level: oneOf('MEDIASERVER_LOG_LEVEL', text('MEDIASERVER_LOG_LEVEL'), LOG_LEVELS, 'info'),
      pretty:
        oneOf(
          'MEDIASERVER_LOG_FORMAT',
          text('MEDIASERVER_LOG_FORMAT'),
          ['pretty', 'json'] as const,
          options.isTerminal ? 'pretty' : 'json',
        ) === 'pretty',
    },
    given: { env, overrides, options },
  }
  if (faults.length > 0) throw new ConfigFaults(faults)
  return Object.freeze(config)
}

/** The same settings with other values for some variables; throws as `parseConfig` does. */
export const withChanges = (config: Config, changes: Readonly<Record<string, string>>): Config => {
  const { env, overrides, options } = config.given
  return Object.freeze({
    ...parseConfig({ ...env, ...changes }, overrides, options),
    // The demo has added its own.
    libraries: config.libraries,
  })
}

/** The process's own environment: the only place that reads it. */
export const environment = (): Readonly<Record<string, string | undefined>> => process.env
