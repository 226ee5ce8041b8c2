// Why PostgreSQL cannot be used, as a sentence for whoever started the server (pure).
import { causeOf, isAway, withoutSecrets } from '../engine-away.ts'

/** The oldest that lets the owner of a database add `pg_trgm`. */
const OLDEST = 13

const nameIn = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1))

/** `version` as `server_version_num` says it: 150018 is 15.18. */
export const tooOld = (version: number): string | null =>
  version >= OLDEST * 10_000
    ? null
    : `PostgreSQL ${Math.floor(version / 10_000)} is too old: MediaServer needs ${OLDEST} or newer.`

/** Null when the fault is none of the operator's. */
export function postgresSentence(error: unknown, url: string): string | null {
  const { code, message } = error as { code?: unknown; message?: unknown }
  const at = `PostgreSQL at ${withoutSecrets(url)}`
  const says = String(message)
  switch (code) {
    case '3D000':
      return `${at} has no database "${nameIn(url)}": make it (createdb "${nameIn(url)}"), or name another one in the address.`
    case '28P01':
    case '28000':
      return `${at} does not let this server in (${says}): check name and password in the address, and pg_hba.conf.`
    case '42501':
      return `${at} does not let this user make tables (${says}): make it the owner of the database (alter database "${nameIn(url)}" owner to …).`
    case '53300':
      return `${at} has no connection left: raise its max_connections, or start fewer processes (ten each).`
    case '57P03':
      return `${at} is starting or stopping: try again soon.`
    case '25006':
      return `${at} is a replica that nobody may write to: name its primary in the address.`
    case '0A000':
    case '58P01':
      return says.includes('pg_trgm')
        ? `${at} lacks the extension pg_trgm: install PostgreSQL's own extensions (Debian: postgresql-contrib).`
        : null
  }
  if (/does not support SSL/i.test(says))
    return `${at} does not speak TLS: leave sslmode out of the address, or turn its ssl on.`
  if (/SELF_SIGNED|CERT|UNABLE_TO_(VERIFY|GET)/.test(String(code)))
    return `${at} has a certificate that is not trusted (${says}): name its authority with sslrootcert=<file> in the address, or check nothing with sslmode=no-verify.`
  if (/SCRAM|password must be a string/i.test(says))
    return `${at} wants a password: put it into the address, as in postgres://name:password@host/database.`
  return isAway(error)
    ? `${at} cannot be reached (${causeOf(error)}): is it running, and is its address right?`
    : null
}
