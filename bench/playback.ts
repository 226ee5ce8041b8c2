// Start, sharing and serving of playback beside what others do, on one machine in one run: `npm run bench -- playback`.
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMediaEngine } from '../server/media/engine.ts'
import { bytesPerCpu } from './playback/bytes.ts'
import { FILM_SECONDS, makeFilm } from './playback/film.ts'
import { jellyfinRule, kyooRule } from './playback/rules.ts'
import { firstBytes } from './playback/start.ts'
import { viewersCpu } from './playback/viewers.ts'

const RUNS = 5
const LARGE_BYTES = 1024 * 1024 * 1024

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const round = (value: number): number => Math.round(value * 1000) / 1000

async function makeLarge(path: string): Promise<void> {
  const file = createWriteStream(path)
  const part = Buffer.alloc(8 * 1024 * 1024, 'film')
  for (let n = 0; n < LARGE_BYTES; n += part.length) if (!file.write(part)) await once(file, 'drain')
  file.end()
  await once(file, 'finish')
}

export async function run(args: readonly string[]): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'mediaserver-bench-'))
  try {
    const path = join(home, 'film.mkv')
    makeFilm(path)
    await using engine = createMediaEngine()
    const media = await engine.probe(path)
    const keyframes = await engine.keyframes(path, media, media.video[0]?.index ?? 0)
    const source = { engine, path, media, keyframes, home }
    await firstBytes(source, 0)

    const times = { ours: [] as number[], jellyfin: [] as number[], kyoo: [] as number[] }
    for (let n = 0; n < RUNS; n++) {
      const atSeconds = (FILM_SECONDS * (n + 0.3)) / (RUNS + 1)
      times.ours.push(await firstBytes(source, atSeconds))
      times.jellyfin.push(await jellyfinRule(path, home, atSeconds))
      times.kyoo.push(await kyooRule(path, home, atSeconds))
    }
    const [ours, jellyfin, kyoo] = [median(times.ours), median(times.jellyfin), median(times.kyoo)]
    const one = await viewersCpu(source, 1)
    const eight = await viewersCpu(source, 8)
    const large = join(home, 'large.mp4')
    await makeLarge(large)
    const result = {
      first_bytes_ms: Math.round(ours),
      first_bytes_vs_jellyfin_rule: round(ours / jellyfin),
      first_bytes_vs_kyoo_rule: round(ours / kyoo),
      cpu_8_viewers_vs_1: round(eight / one),
      bytes_per_cpu_vs_pipe: round(await bytesPerCpu(large)),
    }
    process.stdout.write(
      args.includes('--json')
        ? `${JSON.stringify(result)}\n`
        : `1080p film to 480p, from the request to a picture's and a sound's worth of bytes (median of ${RUNS}):\n` +
            `  this server      ${Math.round(ours)} ms\n` +
            `  Jellyfin's rule  ${Math.round(jellyfin)} ms (ours takes ${result.first_bytes_vs_jellyfin_rule} of it)\n` +
            `  Kyoo's rule      ${Math.round(kyoo)} ms (ours takes ${result.first_bytes_vs_kyoo_rule} of it)\n` +
            `Encode CPU of 8 viewers over 1: ${result.cpu_8_viewers_vs_1}\n` +
            `Bytes per CPU second over createReadStream().pipe(): ${result.bytes_per_cpu_vs_pipe}\n`,
    )
  } finally {
    rmSync(home, { recursive: true })
  }
}
