// Start, sharing and serving of playback beside what others do, on one machine in one run: `npm run bench -- playback`.
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesPerCpu } from './playback/bytes.ts'
import { START_RUNS, compareStarts, openSource, ratio } from './playback/compare.ts'
import { measureInChromium } from './playback/chromium.ts'
import { viewersCpu } from './playback/viewers.ts'

const LARGE_BYTES = 1024 * 1024 * 1024

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
    await using source = await openSource(home)
    const { ours, jellyfin, kyoo } = await compareStarts(source)
    const one = await viewersCpu(source, 1)
    const eight = await viewersCpu(source, 8)
    const large = join(home, 'large.mp4')
    await makeLarge(large)
    const result = {
      first_bytes_ms: Math.round(ours),
      first_bytes_vs_jellyfin_rule: ratio(ours / jellyfin),
      first_bytes_vs_kyoo_rule: ratio(ours / kyoo),
      cpu_8_viewers_vs_1: ratio(eight / one),
      ...(await measureInChromium(home)),
      bytes_per_cpu_vs_pipe: ratio(await bytesPerCpu(large)),
    }
    process.stdout.write(
      args.includes('--json')
        ? `${JSON.stringify(result)}\n`
        : `1080p film to 480p, from the request to a picture's and a sound's worth of bytes (median of ${START_RUNS}):\n` +
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
