// The film of this bench: one minute of 720p at some 5 Mb/s, made once by the system's ffmpeg.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export const FILM_SECONDS = 60
export const FILM_NAME = 'Load'
const RECIPE =
  `-f lavfi -i testsrc2=size=1280x720:rate=25:duration=${FILM_SECONDS} ` +
  `-f lavfi -i sine=frequency=440:duration=${FILM_SECONDS} -c:v libx264 -preset ultrafast -pix_fmt yuv420p ` +
  '-g 50 -b:v 5M -maxrate 6M -bufsize 6M -c:a aac -ac 2 -shortest -movflags +faststart'

/** A folder with the film in it. */
export function filmFolder(): Disposable & { path: string; file: string } {
  const kept = join(tmpdir(), 'mediaserver-test-clips', `load-${FILM_SECONDS}s.mp4`)
  if (!existsSync(kept)) {
    mkdirSync(dirname(kept), { recursive: true })
    const part = `${kept}.${process.pid}.mp4`
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...RECIPE.split(' '), part])
    renameSync(part, kept)
  }
  const home = mkdtempSync(join(tmpdir(), 'mediaserver-scale-films-'))
  const path = join(home, 'Films')
  const file = join(path, `${FILM_NAME} (2020).mp4`)
  mkdirSync(path)
  copyFileSync(kept, file)
  const yesterday = new Date(Date.now() - 86_400_000)
  utimesSync(file, yesterday, yesterday)
  return { path, file, [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }) }
}
