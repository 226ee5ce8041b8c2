// Describes a handful of files in one go: a message per file would cost more than the probe itself.
import { stat } from 'node:fs/promises'
import { createLimiter } from '../../platform/async.ts'
import { onDisk } from '../../platform/path-text.ts'
import { fingerprintOf } from '../fingerprint.ts'
import { type Description, MediaRefused } from '../media-engine.ts'
import { probeFile } from './probe.ts'

/** While one file waits for the disk another is read. */
const AT_ONCE = 2

export function describeFiles(paths: readonly string[], probe = probeFile): Promise<Description[]> {
  const limit = createLimiter(AT_ONCE)
  return Promise.all(paths.map((path) => limit(() => describeFile(path, probe))))
}

async function describeFile(path: string, probe: typeof probeFile): Promise<Description> {
  const fingerprint = await fingerprintOf(path).catch(() => '')
  try {
    return { fingerprint, info: await probe(path) }
  } catch (error) {
    if (!(await stat(onDisk(path)).catch(() => null))) return null
    if (error instanceof MediaRefused) return { fingerprint, reason: error.message }
    return { fingerprint, reason: 'The file made the reader fail: it is probably damaged.' }
  }
}
