// Whether something leaks: visits in a row without pauses, an hour's worth in half a minute; memory of the server after each part of them.
import { addPerson, signIn } from '../../shared/api/accounts.ts'
import { type Client, createClient, OWNER } from '../../tests/support/app.ts'
import { lookAround, party, watch } from '../../tests/support/busy-server.ts'
import { slopeOf } from '../slope.ts'
import { FILM_NAME, filmFolder } from './film.ts'
import { addressOf, type BenchServer, startServer } from './server.ts'

/** A visit: looking around, a film begun and left, a party; about every minute in a small household. */
const VISITS_PER_PART = 10
const LEAST_PARTS = 6
const MOST_SHOWN = 12

/** Another person for each part: nobody may make parties without end. */
async function signInAnew(server: BenchServer, part: number): Promise<Client> {
  const person = { name: `Visitor ${part}`, password: OWNER.password }
  await (await server.visitor(0)).call(addPerson, { body: { ...person, role: 'viewer' } })
  const client = createClient(server.url, { 'x-forwarded-for': addressOf(part + 1) })
  await client.call(signIn, { body: person })
  return client
}

/** At least six parts, and as many as fit into `minutes`. */
export async function measureSoak(minutes: number) {
  using films = filmFolder()
  await using server = await startServer({}, [films.path])
  const rss: number[] = []
  const heap: number[] = []
  const titleId = await lookAround(await server.visitor(1), FILM_NAME)
  const untilMs = performance.now() + minutes * 60_000
  for (let part = 0; part < LEAST_PARTS || performance.now() < untilMs; part++) {
    const client = await signInAnew(server, part)
    for (let n = 0; n < VISITS_PER_PART; n++) {
      await lookAround(client, FILM_NAME)
      await watch(client, titleId)
      await party(client, server.url, titleId)
    }
    rss.push(server.rssBytes())
    heap.push(await server.metric('mediaserver_nodejs_heap_size_used_bytes'))
  }
  const [every, perPart] = [Math.ceil(rss.length / MOST_SHOWN), VISITS_PER_PART]
  const shown = (all: readonly number[]): number[] =>
    all.filter((_, n) => n % every === 0 || n === all.length - 1).map((bytes) => Math.round(bytes / 1e6))
  /** Kilobytes a visit. */
  const growth = (bytes: readonly number[]): number => +((slopeOf(bytes) ?? 0) / perPart / 1024).toFixed(1)
  return {
    soak_visits: rss.length * perPart,
    leak_rss_kb_per_visit: growth(rss),
    leak_heap_kb_per_visit: growth(heap),
    soak_rss_mb: shown(rss),
    soak_heap_mb: shown(heap),
  }
}
