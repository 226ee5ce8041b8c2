// A small library of real, generated films under real names, made once for all tests by the system's ffmpeg.
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export const hasFfmpeg: boolean = (() => {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

export const NO_FFMPEG = hasFfmpeg ? false : 'needs ffmpeg on this machine to make films'

const SECONDS = 24

/** H.264/AAC, one keyframe a second, 320×180: plays directly in every browser. */
const RECIPE =
  `-f lavfi -i testsrc2=size=320x180:rate=24:duration=${SECONDS} -f lavfi -i sine=frequency=440:duration=${SECONDS} ` +
  '-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 24 -c:a aac -ac 2 -shortest'

const NAMES = [
  'Films/Harbour of Glass (2021)/Harbour of Glass (2021).mp4',
  'Films/Paper Comets (2016)/Paper Comets (2016).mp4',
  'Series/Northern Lights/Season 01/Northern Lights S01E01 First Snow.mp4',
  'Series/Northern Lights/Season 01/Northern Lights S01E02 The Ferry.mp4',
]

const YESTERDAY = new Date(Date.now() - 86_400_000)

/** The clip itself, kept between runs. */
export function plainClip(): string {
  const path = join(tmpdir(), 'mediaserver-test-clips', `plain-moov-last-${SECONDS}s.mp4`)
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true })
    const part = `${path}.${process.pid}.mp4`
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...RECIPE.split(' '), part])
    renameSync(part, path)
  }
  return path
}

/** A film of ten minutes in a folder, made in a moment. */
export function longFilm(folder: string): void {
  const path = join(folder, 'Long Harbour (2020).mp4')
  execFileSync('ffmpeg', ['-v', 'error', '-stream_loop', '24', '-i', plainClip(), '-c', 'copy', path])
  utimesSync(path, YESTERDAY, YESTERDAY)
}

export type Films = Disposable & {
  path: string
  films: string
  series: string
  /** One more film. */
  add: (name: string) => void
}

export function makeFilms(): Films {
  const path = mkdtempSync(join(tmpdir(), 'mediaserver-films-'))
  const add = (name: string): void => {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    copyFileSync(plainClip(), join(path, name))
    // A file of this very moment is taken for one that still grows.
    utimesSync(join(path, name), YESTERDAY, YESTERDAY)
  }
  for (const name of NAMES) add(name)
  return {
    path,
    films: join(path, 'Films'),
    series: join(path, 'Series'),
    add(name) {
      add(join('Films', name))
      // An empty box with the name in it: the same pictures in a file of its own content.
      const content = Buffer.from(`    free${name}`)
      content.writeUInt32BE(content.length)
      appendFileSync(join(path, 'Films', name), content)
      utimesSync(join(path, 'Films', name), YESTERDAY, YESTERDAY)
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  }
}
