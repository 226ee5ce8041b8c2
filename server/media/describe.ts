// Describes files in batches: the batch that takes a worker down is asked again file by file.
import { type Description, MediaRefused } from './media-engine.ts'
import type { createRequests } from './requests.ts'

/** A few tens of milliseconds of work: longer ones keep a viewer's request waiting. */
const BATCH = 16

export async function describe(
  request: ReturnType<typeof createRequests>,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<Description[]> {
  const batches = Array.from({ length: Math.ceil(paths.length / BATCH) }, (_, nth) =>
    paths.slice(nth * BATCH, (nth + 1) * BATCH),
  )
  const told = await Promise.all(batches.map((batch) => describeBatch(request, batch, signal)))
  return told.flat()
}

async function describeBatch(
  request: ReturnType<typeof createRequests>,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<Description[]> {
  try {
    return await request('describe', { paths }, signal)
  } catch (error) {
    if (!(error instanceof MediaRefused)) throw error
    if (paths.length === 1) return [{ fingerprint: '', reason: error.message }]
    const told = await Promise.all(paths.map((path) => describeBatch(request, [path], signal)))
    return told.flat()
  }
}
