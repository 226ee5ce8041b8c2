// Whether something leaks: an hour of visits in a row without pauses; memory of the server after each part of them.
import { lookAround, party, watch } from '../../tests/support/busy-server.ts'
import { FILM_NAME, filmFolder } from './film.ts'
import { startServer } from './server.ts'

/** A visit: looking around, a film begun and left, a party; about every minute in a small household. */
const VISITS = 60
const PARTS = 6

/** Bytes a visit, by the least squares through all parts but the first, which fills caches. */
export function slopeOf(points: readonly number[]): number {
  const used = points.slice(1)
  const middle = (used.length - 1) / 2
  const mean = used.reduce((sum, y) => sum + y, 0) / used.length
  const covariance = used.reduce((sum, y, x) => sum + (x - middle) * (y - mean), 0)
  const variance = used.reduce((sum, _, x) => sum + (x - middle) ** 2, 0)
  return covariance / variance
}

export async function measureSoak() {
  using films = filmFolder()
  await using server = await startServer({}, [films.path])
  const rss: number[] = []
  const heap: number[] = []
  const titleId = await lookAround(await server.visitor(1), FILM_NAME)
  for (let part = 0; part < PARTS; part++) {
    for (let n = 0; n < VISITS / PARTS; n++) {
      const client = await server.visitor(part * VISITS + n)
      await lookAround(client, FILM_NAME)
      await watch(client, titleId)
      await party(client, server.url, titleId)
    }
    rss.push(server.rssBytes())
    heap.push(await server.metric('mediaserver_nodejs_heap_size_used_bytes'))
  }
  const perPart = VISITS / PARTS
  return {
    leak_rss_kb_per_visit: Math.round(slopeOf(rss) / perPart / 1024),
    leak_heap_kb_per_visit: Math.round(slopeOf(heap) / perPart / 1024),
    soak_rss_mb: rss.map((bytes) => Math.round(bytes / 1e6)),
    soak_heap_mb: heap.map((bytes) => Math.round(bytes / 1e6)),
  }
}
