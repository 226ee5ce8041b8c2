// What eight viewers of one rendition cost in encode time beside one.
import { ADA, AT_HOME } from '../../tests/support/playback.ts'
import { childrenCpuSeconds } from './cpu.ts'
import { openServer, type StartSource, TO_480P } from './start.ts'

const SEGMENTS = 5

/** Encode CPU seconds of so many viewers who watch the first segments side by side. */
export async function viewersCpu(source: StartSource, viewers: number): Promise<number> {
  await using lone = await openServer(source, 0)
  const before = childrenCpuSeconds()
  await Promise.all(
    Array.from({ length: viewers }, async () => {
      const { hlsUrl } = await lone.playback.start(ADA, AT_HOME, { titleId: 't1', capabilities: TO_480P })
      const base = `${lone.url}${(hlsUrl ?? '').replace('/master.m3u8', '')}`
      for (let n = 0; n < SEGMENTS; n++) await (await fetch(`${base}/v-480p/${n}.m4s`)).arrayBuffer()
    }),
  )
  // Heads run ahead to their limit: both sides are measured once they rest there.
  while (lone.playback.status().encodes.some((e) => e.state === 'encoding'))
    await new Promise((go) => setTimeout(go, 100))
  return childrenCpuSeconds() - before
}
