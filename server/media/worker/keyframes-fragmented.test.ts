// The keyframes that a fragmented MP4's own tables tell are those found by reading the whole file.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ffmpeg, needsFfmpeg, temporaryFolder } from '../../../tests/support/media.ts'
import { readMp4Keyframes } from '../containers/mp4.ts'
import { keyframesOf } from './keyframes.ts'
import { probeFile } from './probe.ts'

const corpus = join(import.meta.dirname, '../../../../shared/corpora/media/files')

async function compare(path: string, atLeast: number): Promise<void> {
  const info = await probeFile(path)
  const index = info.video[0]?.index ?? 0
  const told = await keyframesOf(path, info, index)
  // Under another name the tables are not looked at.
  const read = await keyframesOf(path, { ...info, container: 'other' }, index, { scan: true })
  assert.ok((read?.length ?? 0) >= atLeast, path)
  assert.deepEqual(told, read, path)
}

test(
  'real files, one with several sidx',
  { skip: !existsSync(corpus) && 'the media corpus is not here' },
  async () => {
    await compare(join(corpus, 'androidx__sample_fragmented.mp4'), 1)
    await compare(join(corpus, 'androidx__sample_fragmented_seekable_multiple_sidx.mp4'), 3)
    await compare(join(corpus, 'androidx__fragmented_captions_h265.mp4'), 1)
  },
)

test('with and without samples in moov, sidx, tfdt and delayed pictures', { skip: needsFfmpeg }, async () => {
  using folder = temporaryFolder()
  const source =
    '-f lavfi -i testsrc=s=96x64:r=24:d=6 -f lavfi -i sine=d=6 -c:v libx264 -preset ultrafast -bf 2 -g 40 -c:a aac'
  for (const [name, flags] of Object.entries({
    plain: '-movflags frag_keyframe+empty_moov',
    hybrid: '-movflags frag_keyframe',
    negative: '-movflags frag_keyframe+empty_moov+negative_cts_offsets+default_base_moof',
    dash: '-movflags dash+global_sidx -frag_duration 1000000',
    tiny: '-movflags frag_every_frame+empty_moov',
  })) {
    const path = folder.file(`${name}.mp4`)
    ffmpeg([...source.split(' '), ...flags.split(' '), path])
    await compare(path, 4)
    // Only pictures are asked for; of sound every sample is one to begin with.
    assert.equal(readMp4Keyframes(path, 7), null)
  }
})
