// Every setting by the name of its variable: default and meaning. `docs/configuration.md` is checked against this table.
export const VARIABLES = {
  MEDIASERVER_ROLE: { default: 'all', means: 'What this process does: `all`, `web` or `worker`.' },
  MEDIASERVER_HOST: { default: '::', means: 'Address to listen on; `::` is every interface.' },
  MEDIASERVER_PORT: { default: '8096', means: 'Port to listen on.' },
  MEDIASERVER_DATA: { default: './data', means: 'Folder for everything that is written.' },
  MEDIASERVER_LIBRARIES: {
    default: '',
    means: 'Folders that become libraries at the start, separated by `:` (`;` on Windows).',
  },
  MEDIASERVER_BROWSE_ROOTS: {
    default: '',
    means: 'Folders below which libraries may be chosen, separated like the above; empty is everywhere.',
  },
  MEDIASERVER_OWNER_NAME: {
    default: '',
    means: 'Makes the owner at the first start, with the password below.',
  },
  MEDIASERVER_OWNER_PASSWORD: { default: '', means: 'The owner’s password, at least 8 characters.' },
  MEDIASERVER_TMDB_KEY: {
    default: '',
    means:
      'API key or read token of The Movie Database; without it names come from files and pictures from frames.',
  },
  MEDIASERVER_TMDB_URL: {
    default: 'https://api.themoviedb.org/3',
    means: 'Where the metadata service answers.',
  },
  MEDIASERVER_TMDB_IMAGE_URL: { default: 'https://image.tmdb.org/t/p', means: 'Where its pictures are.' },
  MEDIASERVER_LANGUAGE: { default: 'en-US', means: 'Language that metadata is asked for in.' },
  MEDIASERVER_PUBLIC_URL: {
    default: '',
    means: 'The address people use, such as `https://films.example`; for invite links.',
  },
  MEDIASERVER_INTERNAL_URL: {
    default: 'the host’s name and the port',
    means: 'Where other processes of this installation reach this one, such as `http://worker-1:8096`.',
  },
  MEDIASERVER_TRUSTED_PROXIES: {
    default: '',
    means:
      'Addresses or ranges of reverse proxies whose forwarded headers are believed, separated by commas.',
  },
  MEDIASERVER_ACCEL_PREFIX: {
    default: '',
    means:
      'Internal address, such as `/_mediaserver`, below which nginx finds files: it then sends their bytes itself (`docs/nginx.conf`).',
  },
  MEDIASERVER_RATE_LIMITS: {
    default: 'on',
    means:
      '`off` lets accounts and addresses ask, search and start playback as often as they like, for load tests; sign-in and codes stay limited.',
  },
  MEDIASERVER_DATABASE_URL: {
    default: '',
    means: '`postgres://…` to use PostgreSQL instead of SQLite in the data folder.',
  },
  MEDIASERVER_REDIS_URL: {
    default: '',
    means: '`redis://…` for jobs and coordination between several processes.',
  },
  MEDIASERVER_S3_BUCKET: {
    default: '',
    means: 'S3 bucket for segments and artwork instead of the data folder.',
  },
  MEDIASERVER_S3_ENDPOINT: { default: '', means: 'Address of an S3-compatible server; empty is AWS.' },
  MEDIASERVER_S3_REGION: { default: 'us-east-1', means: 'Region of the S3 bucket.' },
  MEDIASERVER_S3_ACCESS_KEY: { default: '', means: 'Access key of S3.' },
  MEDIASERVER_S3_SECRET_KEY: { default: '', means: 'Secret key of S3.' },
  MEDIASERVER_MEDIA_WORKERS: { default: 'one per core', means: 'Processes that read files.' },
  MEDIASERVER_MAX_ENCODES: {
    default: 'one per core',
    means: 'Encodes that run at the same time in each process.',
  },
  MEDIASERVER_HARDWARE: {
    default: 'auto',
    means:
      'Hardware encoders: `auto` uses what works here where one process serves alone; `on` for every process of an installation with Redis; `off` leaves films to the processor.',
  },
  MEDIASERVER_CACHE_BYTES: {
    default: '20000000000',
    means: 'Most bytes that encoded segments take on disk.',
  },
  MEDIASERVER_CACHE_RAM_BYTES: {
    default: '268435456',
    means: 'Most bytes of segments kept in memory by each process.',
  },
  MEDIASERVER_METRICS_TOKEN: {
    default: '',
    means:
      'Bearer token that opens `/metrics` to other machines; without it only this machine may read them.',
  },
  MEDIASERVER_TRACES_URL: {
    default: '',
    means:
      'Where an OpenTelemetry collector takes traces (OTLP over HTTP), such as `http://collector:4318/v1/traces`; empty is nowhere.',
  },
  MEDIASERVER_TRACES_PERCENT: {
    default: '100',
    means: 'How many of a hundred traces are sent; those begun elsewhere follow their own flag.',
  },
  MEDIASERVER_LOG_LEVEL: {
    default: 'info',
    means: 'How much is logged: `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`.',
  },
  MEDIASERVER_LOG_FORMAT: {
    default: 'pretty in a terminal, else json',
    means: 'How log lines are written: `pretty` or `json`.',
  },
} as const satisfies Record<string, { default: string; means: string }>

export type VariableName = keyof typeof VARIABLES
