// A thousand viewers of one segment through nginx, finished or being made: how often MediaServer is asked for its bytes.
import { createClient } from '../../tests/support/app.ts'
import { lookAround, PLAYS_NOTHING } from '../../tests/support/busy-server.ts'
import { createHlsViewer } from '../../tests/support/hls-viewer.ts'
import { nginxSettings } from '../../tests/support/nginx.ts'
import { freePort, startNginx } from '../../tests/support/servers.ts'
import { startPlayback } from '../../shared/api/playback.ts'
import { FILM_NAME, filmFolder } from './film.ts'
import { startServer } from './server.ts'

const VIEWERS = 1000
const AT_ONCE = 50
const SEGMENTS =
  'mediaserver_http_request_seconds_count{method="GET",route="/v/:ticket/:asset/:rendition/:name"'

export async function measureOrigin() {
  using films = filmFolder()
  await using server = await startServer({}, [films.path])
  const port = await freePort()
  const settings = nginxSettings({
    port,
    upstreams: [`127.0.0.1:${server.port}`],
    home: '<folder>',
    films: films.path,
  })
  await using nginx = await startNginx(port, settings)
  const owner = await server.visitor(1)
  const titleId = await lookAround(owner, FILM_NAME)
  // Each with a ticket of their own: the cache must know the segment all the same.
  const tickets: string[] = []
  for (let n = 0; n < VIEWERS; n++) {
    const viewer = await server.visitor(n + 1)
    const { hlsUrl } = await viewer.call(startPlayback, {
      body: { titleId, capabilities: PLAYS_NOTHING },
    })
    tickets.push((hlsUrl ?? '').replace('/master.m3u8', ''))
  }
  const reader = createHlsViewer((path) => owner.request(path))
  const { video } = await reader.master(`${tickets[0]}/master.m3u8`)
  const { segments } = await reader.media(video.at(-1) ?? '')
  const pathOf = (n: number): string => (segments[n]?.uri ?? '').replace(tickets[0] ?? '', '')

  const proxied = createClient(nginx.url)
  const fetchesOf = async (path: string): Promise<number> => {
    const before = await server.metric(SEGMENTS)
    let [next, bytes] = [0, 0]
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (next < VIEWERS) {
          const reply = await proxied.request(`${tickets[next++]}${path}`)
          if (!reply.ok) throw new Error(`status ${reply.status}`)
          const got = (await reply.arrayBuffer()).byteLength
          if (bytes !== 0 && got !== bytes) throw new Error('somebody got other bytes')
          bytes = got
        }
      }),
    )
    return (await server.metric(SEGMENTS)) - before
  }

  // Who asks while a segment is being made is shown it as it comes; the cache has only what is whole.
  const beingMade = await fetchesOf(pathOf(0))
  const [finished, last] = [pathOf(segments.length - 2), segments.length - 1]
  await reader.bytes(segments[last]?.uri ?? '')
  for (let isLive = true; isLive;) {
    const reply = await owner.request(`${tickets[0]}${finished}`)
    await reply.arrayBuffer()
    isLive = !reply.ok || reply.headers.has('x-accel-buffering')
  }
  return {
    origin_fetches_per_1000_viewers: await fetchesOf(finished),
    origin_fetches_per_1000_viewers_of_one_being_made: beingMade,
  }
}
