// How each setting is shown: where it belongs, what it is now, whether it may be changed here and when that counts (pure).
import type { Setting } from '#shared/api/admin-settings.ts'
import { type Config, LOG_LEVELS, type Overrides } from '../platform/config.ts'
import { VARIABLES, type VariableName } from '../platform/variables.ts'

type Shown = Pick<Setting, 'group' | 'kind'> & {
  /** As its variable would be written; null when it is not set. */
  value: (config: Config) => string | number | null
  /** Absent: only by the environment, then a restart. */
  counts?: 'now' | 'restart'
  choices?: readonly string[]
  isSecret?: true
}

/** Addresses of servers hold passwords. */
const withoutPassword = (address: string | null): string | null => {
  if (address === null) return null
  const url = new URL(address)
  return Object.assign(url, { username: '', password: '', search: '' }).href
}

const onOff = (isOn: boolean): string => (isOn ? 'on' : 'off')
const listed = (items: readonly string[]): string | null => (items.length > 0 ? items.join(', ') : null)

const SHOWN: Record<VariableName, Shown> = {
  MEDIASERVER_ROLE: { group: 'serving', kind: 'text', value: (c) => c.role },
  MEDIASERVER_HOST: { group: 'serving', kind: 'text', value: (c) => c.http.host },
  MEDIASERVER_PORT: { group: 'serving', kind: 'number', value: (c) => c.http.port },
  MEDIASERVER_PUBLIC_URL: { group: 'serving', kind: 'text', value: (c) => c.http.publicUrl },
  MEDIASERVER_INTERNAL_URL: { group: 'serving', kind: 'text', value: (c) => c.http.internalUrl },
  MEDIASERVER_TRUSTED_PROXIES: {
    group: 'serving',
    kind: 'text',
    value: (c) => listed(c.http.trustedProxies),
  },
  MEDIASERVER_ACCEL_PREFIX: { group: 'serving', kind: 'text', value: (c) => c.http.accelPrefix },
  MEDIASERVER_RATE_LIMITS: {
    group: 'serving',
    kind: 'choice',
    value: (c) => onOff(c.http.rateLimits),
    counts: 'restart',
    choices: ['on', 'off'],
  },
  MEDIASERVER_OWNER_NAME: { group: 'serving', kind: 'text', value: (c) => c.owner?.name ?? null },
  MEDIASERVER_OWNER_PASSWORD: {
    group: 'serving',
    kind: 'text',
    value: (c) => c.owner?.password ?? null,
    isSecret: true,
  },
  MEDIASERVER_LIBRARIES: { group: 'films', kind: 'text', value: (c) => listed(c.libraries) },
  MEDIASERVER_BROWSE_ROOTS: { group: 'films', kind: 'text', value: (c) => listed(c.browseRoots) },
  MEDIASERVER_TMDB_KEY: {
    group: 'films',
    kind: 'text',
    value: (c) => c.tmdb.key,
    counts: 'now',
    isSecret: true,
  },
  MEDIASERVER_LANGUAGE: { group: 'films', kind: 'text', value: (c) => c.tmdb.language, counts: 'now' },
  MEDIASERVER_TMDB_URL: { group: 'films', kind: 'text', value: (c) => c.tmdb.baseUrl },
  MEDIASERVER_TMDB_IMAGE_URL: { group: 'films', kind: 'text', value: (c) => c.tmdb.imageUrl },
  MEDIASERVER_MAX_ENCODES: {
    group: 'conversions',
    kind: 'number',
    value: (c) => c.media.maxEncodes,
    counts: 'now',
  },
  MEDIASERVER_MEDIA_WORKERS: {
    group: 'conversions',
    kind: 'number',
    value: (c) => c.media.workers,
    counts: 'restart',
  },
  MEDIASERVER_HARDWARE: {
    group: 'conversions',
    kind: 'choice',
    value: (c) => c.media.hardware,
    counts: 'restart',
    choices: ['auto', 'on', 'off'],
  },
  MEDIASERVER_CACHE_BYTES: {
    group: 'conversions',
    kind: 'bytes',
    value: (c) => c.media.cacheBytes,
    counts: 'now',
  },
  MEDIASERVER_CACHE_RAM_BYTES: {
    group: 'conversions',
    kind: 'bytes',
    value: (c) => c.media.cacheRamBytes,
    counts: 'now',
  },
  MEDIASERVER_DATA: { group: 'storage', kind: 'text', value: (c) => c.dataPath },
  MEDIASERVER_DATABASE_URL: {
    group: 'storage',
    kind: 'text',
    value: (c) => (c.database.kind === 'postgres' ? withoutPassword(c.database.url) : null),
  },
  MEDIASERVER_REDIS_URL: { group: 'storage', kind: 'text', value: (c) => withoutPassword(c.redisUrl) },
  MEDIASERVER_S3_BUCKET: { group: 'storage', kind: 'text', value: (c) => c.s3?.bucket ?? null },
  MEDIASERVER_S3_ENDPOINT: {
    group: 'storage',
    kind: 'text',
    value: (c) => withoutPassword(c.s3?.endpoint ?? null),
  },
  MEDIASERVER_S3_REGION: { group: 'storage', kind: 'text', value: (c) => c.s3?.region ?? null },
  MEDIASERVER_S3_ACCESS_KEY: {
    group: 'storage',
    kind: 'text',
    value: (c) => c.s3?.accessKeyId ?? null,
    isSecret: true,
  },
  MEDIASERVER_S3_SECRET_KEY: {
    group: 'storage',
    kind: 'text',
    value: (c) => c.s3?.secretAccessKey ?? null,
    isSecret: true,
  },
  MEDIASERVER_LOG_LEVEL: {
    group: 'watching',
    kind: 'choice',
    value: (c) => c.log.level,
    counts: 'now',
    choices: LOG_LEVELS,
  },
  MEDIASERVER_LOG_FORMAT: {
    group: 'watching',
    kind: 'text',
    value: (c) => (c.log.pretty ? 'pretty' : 'json'),
  },
  MEDIASERVER_METRICS_TOKEN: {
    group: 'watching',
    kind: 'text',
    value: (c) => c.metricsToken,
    isSecret: true,
  },
  MEDIASERVER_TRACES_URL: {
    group: 'watching',
    kind: 'text',
    value: (c) => withoutPassword(c.traces?.url ?? null),
  },
  MEDIASERVER_TRACES_PERCENT: {
    group: 'watching',
    kind: 'number',
    value: (c) => (c.traces ? Math.round(c.traces.share * 100) : null),
  },
}

/** Which option of the command line sets a variable. */
const FLAGS: Partial<Record<VariableName, keyof Overrides>> = {
  MEDIASERVER_PORT: 'port',
  MEDIASERVER_HOST: 'host',
  MEDIASERVER_DATA: 'data',
  MEDIASERVER_ROLE: 'role',
  MEDIASERVER_LIBRARIES: 'folders',
}

const isName = (name: string): name is VariableName => name in VARIABLES

/** What may be changed while the server runs. */
export const isChangeable = (name: string): boolean => isName(name) && SHOWN[name].counts !== undefined

export type Changes = Readonly<Record<string, string>>

function sourceOf(name: VariableName, { given }: Config, changes: Changes): Setting['source'] {
  if (name in changes) return 'changed'
  const flag = FLAGS[name]
  const said = flag && given.overrides[flag]
  if (said !== undefined && said.length > 0) return 'flag'
  return given.env[name]?.trim() ? 'environment' : 'default'
}

/** `started` is what this process began with, `now` what holds since the last change. */
export function settingsOf(started: Config, now: Config, changes: Changes): Setting[] {
  return Object.keys(VARIABLES)
    .filter(isName)
    .map((name) => {
      const { group, kind, value, counts = null, choices = [], isSecret = false } = SHOWN[name]
      const is = value(now)
      return {
        name,
        group,
        kind,
        means: VARIABLES[name].means,
        choices: [...choices],
        isSecret,
        isSet: is !== null,
        value: isSecret || is === null ? null : String(is),
        source: sourceOf(name, now, changes),
        counts,
        waitsForRestart: counts === 'restart' && is !== value(started),
      }
    })
}
