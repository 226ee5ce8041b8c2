// Makes the demo library: three films and a series with moving pictures, clocks and beeps; what is there already stays.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type SceneName, pictureOf } from '../media/worker/demo-artwork.ts'
import type { DemoFilm } from '../media/worker/demo-film.ts'
import { runScript } from '../platform/process.ts'

const SCRIPT = fileURLToPath(new URL('../media/worker/demo-film.ts', import.meta.url))
/** One film per core is what a small machine bears. */
const AT_ONCE = 2

type Plan = Pick<DemoFilm, 'seconds' | 'look' | 'languages' | 'chapters'> & {
  path: string
  counts?: boolean
  codec?: DemoFilm['codec']
  size?: readonly [number, number]
  subtitles?: readonly ('srt' | 'ass')[]
  sidecar?: boolean
}

const episode = (season: number, number: number, name: string, scene: SceneName): Plan => ({
  path: `Series/Northern Lights/Season 0${season}/Northern Lights S0${season}E0${number} ${name}.mkv`,
  seconds: 120 + season * 30 + number * 20,
  look: { title: `S${season}E${number} ${name}`, scene },
  languages: ['eng'],
  subtitles: ['srt'],
})

const PLANS: readonly Plan[] = [
  {
    path: 'Films/The Long Second (2019)/The Long Second (2019).mkv',
    seconds: 150,
    look: { title: 'THE LONG SECOND', scene: 'clock' },
    languages: ['eng', 'deu'],
    counts: true,
    subtitles: ['srt', 'ass'],
  },
  {
    path: 'Films/Harbour of Glass (2021)/Harbour of Glass (2021).mp4',
    seconds: 480,
    look: { title: 'HARBOUR OF GLASS', scene: 'harbour' },
    languages: ['eng', 'fra'],
    chapters: [
      { startSeconds: 0, title: 'Opening' },
      { startSeconds: 30, title: 'The Harbour' },
      { startSeconds: 180, title: 'Glass' },
      { startSeconds: 360, title: 'The Ferry Leaves' },
      { startSeconds: 450, title: 'Credits' },
    ],
    size: [1920, 1080],
    sidecar: true,
  },
  {
    path: 'Films/Paper Comets (2016)/Paper Comets (2016).mkv',
    seconds: 300,
    look: { title: 'PAPER COMETS', scene: 'comets' },
    languages: ['eng'],
    codec: 'libx265',
    subtitles: ['srt'],
  },
  episode(1, 1, 'First Snow', 'snow'),
  episode(1, 2, 'The Ferry', 'ferry'),
  episode(1, 3, 'Aurora', 'violet'),
  episode(2, 1, 'Thaw', 'thaw'),
  episode(2, 2, 'Midsummer', 'midsummer'),
]

const cuesOf = (seconds: number, title: string) =>
  Array.from({ length: Math.floor(seconds / 5) }, (_, i) => ({
    startSeconds: i * 5 + 1,
    endSeconds: i * 5 + 4,
    text: `${title}: ${Math.floor((i * 5 + 1) / 60)} min ${(i * 5 + 1) % 60} s`,
  }))

function asSrt(cues: ReturnType<typeof cuesOf>): string {
  const stamp = (seconds: number) => `${new Date(seconds * 1000).toISOString().slice(11, 19)},000`
  return cues
    .map(
      ({ startSeconds, endSeconds, text }, i) =>
        `${i + 1}\n${stamp(startSeconds)} --> ${stamp(endSeconds)}\n${text}\n`,
    )
    .join('\n')
}

async function make(root: string, plan: Plan): Promise<void> {
  const path = join(root, plan.path)
  mkdirSync(dirname(path), { recursive: true })
  const cues = cuesOf(plan.seconds, plan.look.title)
  if (plan.sidecar) writeFileSync(path.replace(/\.\w+$/, '.en.srt'), asSrt(cues))
  const [width, height] = plan.size ?? [1280, 720]
  const film: DemoFilm = {
    path,
    width,
    height,
    look: plan.look,
    seconds: plan.seconds,
    counts: plan.counts ?? false,
    codec: plan.codec ?? 'libx264',
    languages: plan.languages,
    ...(plan.chapters && { chapters: plan.chapters }),
    subtitles: (plan.subtitles ?? []).map((kind) => ({ kind, language: 'eng', cues })),
  }
  // node-av 6.1.1 can fault while the process ends, after the film is whole: it gets its name only then.
  await runScript(SCRIPT, [JSON.stringify(film)]).catch((error: unknown) => {
    if (!existsSync(path)) throw error
  })
}

/** Pictures beside the films, as people have them; a show's lie in its folder. */
async function makeArtwork(root: string): Promise<void> {
  const folders = new Map<string, SceneName>([['Series/Northern Lights', 'north']])
  for (const { path, look } of PLANS) if (path.startsWith('Films/')) folders.set(dirname(path), look.scene)
  for (const [folder, scene] of folders) {
    mkdirSync(join(root, folder), { recursive: true })
    const sizes = { 'poster.jpg': [800, 1200], 'fanart.jpg': [1920, 1080] } as const
    for (const [name, [width, height]] of Object.entries(sizes)) {
      const path = join(root, folder, name)
      if (!existsSync(path)) writeFileSync(path, await pictureOf(scene, width, height))
    }
  }
}

/** The folders to serve. */
export async function makeDemoLibrary(dataPath: string, say: (line: string) => void): Promise<string[]> {
  const root = join(dataPath, 'demo-library')
  const missing = PLANS.filter((plan) => !existsSync(join(root, plan.path)))
  await makeArtwork(root)
  let done = 0
  const queue = [...missing]
  if (missing.length > 0) say(`Making ${missing.length} demo films in ${root}, once …`)
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let plan = queue.shift(); plan; plan = queue.shift()) {
        await make(root, plan)
        done += 1
        say(`  ${done}/${missing.length} ${plan.path.split('/').at(-1) ?? ''}`)
      }
    }),
  )
  return [join(root, 'Films'), join(root, 'Series')]
}
