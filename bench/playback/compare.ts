// First playable bytes of ours beside the peers' rules: the same film, the same places, one run.
import { join } from 'node:path'
import { createMediaEngine } from '../../server/media/engine.ts'
import { FILM_SECONDS, makeFilm } from './film.ts'
import { jellyfinRule, kyooRule } from './rules.ts'
import { type StartSource, firstBytes } from './start.ts'
import { median } from '../figures.ts'

export const START_RUNS = 5

/** A film, opened and warm: the source of every measurement. Dispose of the engine. */
export async function openSource(home: string): Promise<StartSource & AsyncDisposable> {
  const path = join(home, 'film.mkv')
  makeFilm(path)
  const engine = createMediaEngine()
  const media = await engine.probe(path)
  const keyframes = await engine.keyframes(path, media, media.video[0]?.index ?? 0)
  const source = { engine, path, media, keyframes, home }
  await firstBytes(source, 0)
  return Object.assign(source, { [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() })
}

/** Median milliseconds from the request to a picture's and a sound's worth of bytes, at several places. */
export async function compareStarts(source: StartSource) {
  const times = { ours: [] as number[], jellyfin: [] as number[], kyoo: [] as number[] }
  for (let n = 0; n < START_RUNS; n++) {
    const atSeconds = (FILM_SECONDS * (n + 0.3)) / (START_RUNS + 1)
    times.ours.push(await firstBytes(source, atSeconds))
    times.jellyfin.push(await jellyfinRule(source.path, source.home, atSeconds))
    times.kyoo.push(await kyooRule(source.path, source.home, atSeconds))
  }
  return { ours: median(times.ours), jellyfin: median(times.jellyfin), kyoo: median(times.kyoo) }
}
