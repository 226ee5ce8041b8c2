// How fast it starts: `npm run bench -- start`. First playable bytes beside Jellyfin's rule, and the first picture in Chromium.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureInChromium } from './playback/chromium.ts'
import { compareStarts, openSource, ratio } from './playback/compare.ts'

export async function run(args: readonly string[]): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'mediaserver-bench-'))
  try {
    await using source = await openSource(home)
    const { ours, jellyfin } = await compareStarts(source)
    const seen = await measureInChromium(home)
    const result = {
      first_bytes_ms: Math.round(ours),
      first_bytes_vs_jellyfin_rule: ratio(ours / jellyfin),
      ...seen,
    }
    const { click_to_first_frame_ms: click, seek_to_frame_ms: seek } = seen
    process.stdout.write(
      args.includes('--json')
        ? `${JSON.stringify(result)}\n`
        : `Request to first playable bytes, 1080p to 480p: ${Math.round(ours)} ms; Jellyfin's rule ${Math.round(jellyfin)} ms (${result.first_bytes_vs_jellyfin_rule})\n` +
            `Click to first picture of an encoded 1080p film in Chromium: p50 ${click.p50} ms, p95 ${click.p95} ms\n` +
            `Seek to picture: p50 ${seek.p50} ms, p95 ${seek.p95} ms\n`,
    )
  } finally {
    rmSync(home, { recursive: true })
  }
}
