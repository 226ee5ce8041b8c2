// A place far into a Matroska file is found by its index, not by reading up to it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTrack, seekFile } from './open-track.ts'

const COUNTED = '/proc/self/io'
const skip = !existsSync(COUNTED)
  ? 'nothing here counts what a process reads'
  : spawnSync('ffmpeg', ['-version']).status !== 0
    ? 'ffmpeg is not installed'
    : false

const bytesRead = (): number => Number(/rchar: (\d+)/.exec(readFileSync(COUNTED, 'utf8'))?.[1])

test(
  'sound and subtitles have no index in Matroska and are sought by that of the pictures',
  { skip },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'open-track-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'film.mkv')
    const inputs =
      '-f lavfi -i color=size=320x180:rate=25:duration=20 -f lavfi -i sine=frequency=440:duration=20'
    const made = spawnSync('ffmpeg', [
      ...`-v error ${inputs} -c:v rawvideo -pix_fmt yuv420p -c:a aac`.split(' '),
      path,
    ])
    assert.equal(made.status, 0, made.stderr.toString())

    const { input } = await openTrack(path, 1)
    try {
      const before = bytesRead()
      assert.ok(await seekFile(input, 19))
      const share = (bytesRead() - before) / statSync(path).size
      assert.ok(share < 0.5, `read ${Math.round(share * 100)} % of the file`)
      assert.deepEqual(
        input.streams.map(({ discard }) => discard > 0),
        [true, false],
        'packets of the pictures are still left out',
      )
    } finally {
      await input.closeInput()
    }
  },
)
