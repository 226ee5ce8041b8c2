// Whether something leaks: visits in a row without pauses, an hour's worth in half a minute; memory of each process after each part of them.
import { Redis } from 'ioredis'
import { addPerson, signIn } from '../../shared/api/accounts.ts'
import { addLibrary } from '../../shared/api/library.ts'
import { type Client, createClient, OWNER } from '../../tests/support/app.ts'
import { lookAround, party, watch } from '../../tests/support/busy-server.ts'
import { lackingForCluster, startCluster } from '../../tests/support/cluster.ts'
import { metricOf } from '../../tests/support/failover.ts'
import { slopeOf } from '../slope.ts'
import { FILM_NAME, filmFolder } from './film.ts'
import { addressOf, startServer } from './server.ts'

/** A visit: looking around, a film begun and left, a party; about every minute in a small household. */
const VISITS_PER_PART = 10
const LEAST_PARTS = 6
const MOST_SHOWN = 12
const RSS = 'mediaserver_process_resident_memory_bytes'
const HEAP = 'mediaserver_nodejs_heap_size_used_bytes'

type Installation = {
  url: string
  owner: Client
  /** What is looked at after each part, by name: bytes, or how many there are. */
  sizes: () => Promise<Record<string, number>>
}

/** Another person for each part: nobody may make parties without end. */
async function signInAnew({ owner, url }: Installation, part: number): Promise<Client> {
  const person = { name: `Visitor ${part}`, password: OWNER.password }
  await owner.call(addPerson, { body: { ...person, role: 'viewer' } })
  const client = createClient(url, { 'x-forwarded-for': addressOf(part + 1) })
  await client.call(signIn, { body: person })
  return client
}

/** At least six parts, and as many as fit into `minutes`: sizes after each, by name. */
async function soak(minutes: number, place: Installation): Promise<Record<string, number[]>> {
  const seen: Record<string, number[]> = {}
  const titleId = await lookAround(place.owner, FILM_NAME)
  const untilMs = performance.now() + minutes * 60_000
  for (let part = 0; part < LEAST_PARTS || performance.now() < untilMs; part++) {
    const client = await signInAnew(place, part)
    for (let n = 0; n < VISITS_PER_PART; n++) {
      await lookAround(client, FILM_NAME)
      await watch(client, titleId)
      await party(client, place.url, titleId)
    }
    for (const [name, size] of Object.entries(await place.sizes())) (seen[name] ??= []).push(size)
  }
  return seen
}

/** Some of the sizes along the way, the last among them; `unit` is what they are divided by. */
function along(sizes: readonly number[], unit: number): number[] {
  const every = Math.ceil(sizes.length / MOST_SHOWN)
  return sizes
    .filter((_, n) => n % every === 0 || n === sizes.length - 1)
    .map((size) => Math.round(size / unit))
}

const kilobytesPerVisit = (sizes: readonly number[]): number =>
  +((slopeOf(sizes) ?? 0) / VISITS_PER_PART / 1024).toFixed(1)

export async function measureSoak(minutes: number) {
  using films = filmFolder()
  await using server = await startServer({}, [films.path])
  const sizes = async () => ({ rss: server.rssBytes(), heap: await server.metric(HEAP) })
  const owner = await server.visitor(1)
  const { rss = [], heap = [] } = await soak(minutes, { url: server.url, owner, sizes })
  return {
    soak_visits: rss.length * VISITS_PER_PART,
    leak_rss_kb_per_visit: kilobytesPerVisit(rss),
    leak_heap_kb_per_visit: kilobytesPerVisit(heap),
    soak_rss_mb: along(rss, 1e6),
    soak_heap_mb: along(heap, 1e6),
  }
}

/** Two web processes and two workers behind nginx: each one's memory, and how many keys are left in Redis. */
export async function measureScaledSoak(minutes: number) {
  if (lackingForCluster) throw new Error(`This part ${lackingForCluster}.`)
  using films = filmFolder()
  await using cluster = await startCluster({ films: films.path, isDurable: true })
  const owner = await cluster.owner()
  await owner.call(addLibrary, { body: { name: 'Films', kind: 'films', folders: [films.path] } })
  const redis = new Redis(cluster.redis.url)
  const members = [...cluster.webs, ...cluster.workers]
  const sizes = async () => {
    const memory = members.flatMap((member) =>
      [RSS, HEAP].map(async (name) => [`${member.name} ${name}`, await metricOf(member, name)] as const),
    )
    return { ...Object.fromEntries(await Promise.all(memory)), keys: await redis.dbsize() }
  }
  try {
    const { keys = [], ...seen } = await soak(minutes, { url: cluster.url, owner, sizes })
    const byMember = (of: string, tell: (sizes: readonly number[]) => unknown) =>
      Object.fromEntries(members.map(({ name }) => [name, tell(seen[`${name} ${of}`] ?? [])]))
    return {
      soak_scaled_visits: keys.length * VISITS_PER_PART,
      scaled_leak_rss_kb_per_visit: byMember(RSS, kilobytesPerVisit),
      scaled_leak_heap_kb_per_visit: byMember(HEAP, kilobytesPerVisit),
      soak_scaled_rss_mb: byMember(RSS, (of) => along(of, 1e6)),
      soak_scaled_heap_mb: byMember(HEAP, (of) => along(of, 1e6)),
      soak_scaled_redis_keys: along(keys, 1),
    }
  } finally {
    redis.disconnect()
  }
}
