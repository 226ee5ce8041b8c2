// The film that everything is measured on: 1080p with sound, a keyframe every four seconds.
import { spawnSync } from 'node:child_process'

export const FILM_SECONDS = 60
export const FILM_FPS = 24

export function makeFilm(path: string): void {
  const picture = ['-f', 'lavfi', '-i', `testsrc2=size=1920x1080:rate=${FILM_FPS}:duration=${FILM_SECONDS}`]
  const sound = ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${FILM_SECONDS}`]
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '96', '-c:a', 'aac']
  const made = spawnSync('ffmpeg', ['-v', 'error', '-y', ...picture, ...sound, ...codecs, path])
  if (made.status !== 0) throw new Error(`the test film could not be made: ${made.stderr.toString()}`)
}
