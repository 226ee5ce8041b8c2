// Two web and two worker processes on real servers behind nginx: one of each kind is killed in turn, and nothing is lost.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { listMovies } from '../../shared/api/catalog.ts'
import { addLibrary } from '../../shared/api/library.ts'
import { createParty, joinAsGuest } from '../../shared/api/party.ts'
import { reportPlayback } from '../../shared/api/playback.ts'
import { lackingForCluster, startCluster } from '../support/cluster.ts'
import { measureFailover, metricOf, untilWorks, watch } from '../support/failover.ts'
import { NO_FFMPEG, longFilm } from '../support/films.ts'
import { untilScanned } from '../support/scanned.ts'
import { createMember } from '../support/socket-pair.ts'

test(
  'one process of each kind is killed: viewers and party go on, work is done',
  { skip: lackingForCluster || NO_FFMPEG, timeout: 200_000 },
  async (t) => {
    const home = mkdtempSync(join(tmpdir(), 'mediaserver-films-'))
    t.after(() => rmSync(home, { recursive: true, force: true }))
    const films = join(home, 'Films')
    mkdirSync(films)
    longFilm(films)
    await using cluster = await startCluster({ films })
    const { webs, workers } = cluster
    const owner = await cluster.owner()
    await owner.call(addLibrary, { body: { name: 'Films', kind: 'films', folders: [films] } })
    await untilScanned(owner)
    const titleId = (await owner.call(listMovies, { query: {} })).items[0]?.id ?? assert.fail('no title')

    // Two people, requests of both on both processes: the same bytes, one encode.
    const viewers = [await watch(owner, titleId), await watch(await cluster.owner(), titleId)] as const
    for (const n of [0, 1, 2, 3]) {
      const [one, two] = await Promise.all(viewers.map(({ bytes }) => bytes(n)))
      assert.ok(one && two && one.length > 0 && one.equals(two))
    }
    for (const web of webs)
      assert.ok((await metricOf(web, 'mediaserver_segment_wait_seconds_count')) > 0, web.name)
    const encodes = await Promise.all(
      workers.map((worker) => metricOf(worker, 'mediaserver_encodes_total{kind="encoded-video"}')),
    )
    assert.equal(encodes[0]! + encodes[1]!, 1, 'encodes for both viewers')

    // The film as it is comes from nginx itself; a playback is known to whichever process hears of it.
    const report = { params: { id: viewers[0].id }, body: { positionSeconds: 4, paused: false } }
    for (let n = 0; n < 4; n++) await owner.call(reportPlayback, report)

    // A party with members on both processes.
    const party = await owner.call(createParty, { body: { titleId } })
    const guest = cluster.client()
    await guest.call(joinAsGuest, { params: { code: party.code }, body: { name: 'Grace' } })
    using ada = createMember(cluster.url, owner.cookieHeader(), party.code)
    using grace = createMember(webs[1]!.url, guest.cookieHeader(), party.code)
    const members = [ada, grace]
    for (const member of members) await member.sees((v) => v.phase === 'joined')
    assert.ok(await ada.room.seek(60))
    await grace.sees((v) => v.state!.positionSeconds === 60)
    assert.ok(await ada.room.chat('still here?'))
    await grace.sees((v) => v.chat.at(-1)?.text === 'still here?')

    const failover = await measureFailover(cluster, owner, viewers[0])
    t.diagnostic(`seconds until all went on: ${JSON.stringify(failover)}`)

    // Nobody was lost, and nothing that was said; the second viewer's old ticket still counts.
    for (const member of members) await member.sees((v) => v.phase === 'joined')
    assert.equal(ada.room.view.get().chat.at(-1)?.text, 'still here?')
    await untilWorks(async () => assert.ok(await ada.room.seek(90)))
    await grace.sees((v) => v.state!.positionSeconds === 90)
    assert.ok((await viewers[1].bytes(5)).length > 0)
    for (let n = 0; n < 4; n++) await owner.call(reportPlayback, report)

    // The storage of segments goes away: encoders serve what is wanted.
    await cluster.s3.kill()
    const { result } = await untilWorks(() => viewers[1].bytes(viewers[1].segments.length - 3))
    assert.ok(result.length > 0)

    // Who is told to stop while Redis is away stops in order, and does not wait for it.
    await cluster.redis.kill()
    await Promise.all(
      [webs[0]!, workers[0]!].map(async (one) => {
        await one.kill('SIGTERM')
        assert.match(one.log(), /"msg":"stopped"/, one.name)
      }),
    )
  },
)
