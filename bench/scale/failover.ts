// Seconds until viewers and work go on when a process of each kind is killed, in a whole installation on this machine.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listMovies } from '../../shared/api/catalog.ts'
import { addLibrary } from '../../shared/api/library.ts'
import { lackingForCluster, startCluster } from '../../tests/support/cluster.ts'
import { measureFailover, watch } from '../../tests/support/failover.ts'
import { longFilm } from '../../tests/support/films.ts'
import { untilScanned } from '../../tests/support/scanned.ts'

export async function measureFailoverOfCluster() {
  if (lackingForCluster) throw new Error(`This part ${lackingForCluster}.`)
  const home = mkdtempSync(join(tmpdir(), 'mediaserver-scale-failover-'))
  try {
    const films = join(home, 'Films')
    mkdirSync(films)
    longFilm(films)
    await using cluster = await startCluster({ films, isDurable: true })
    const owner = await cluster.owner()
    await owner.call(addLibrary, { body: { name: 'Films', kind: 'films', folders: [films] } })
    await untilScanned(owner)
    const [film] = (await owner.call(listMovies, { query: {} })).items
    if (!film) throw new Error('The scan found no film.')
    return { failover_s: await measureFailover(cluster, owner, await watch(owner, film.id)) }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}
