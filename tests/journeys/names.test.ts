// Names are bytes: whatever a file is called, it is scanned, shown, opened and played, with what lies beside it.
import assert from 'node:assert/strict'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import sharp from 'sharp'
import { getTitle, listMovies } from '../../shared/api/catalog.ts'
import { addLibrary, browseFolders, listMediaFiles } from '../../shared/api/library.ts'
import { getPlaybackQuestions, startPlayback } from '../../shared/api/playback.ts'
import { createTestApp } from '../support/app.ts'
import { NO_FFMPEG, plainClip } from '../support/films.ts'
import { createHlsViewer } from '../support/hls-viewer.ts'
import { untilScanned } from '../support/scanned.ts'

/** Folder and file in it, without extension, as bytes where they are no UTF-8; and the title people read. */
const NAMES: readonly [folder: Buffer | string, file: Buffer | string, title: string][] = [
  [Buffer.from('Am\xe9lie (2001)', 'latin1'), Buffer.from('Am\xe9lie (2001)', 'latin1'), 'Amélie'],
  // A half character, and one that stands for a byte in our own form.
  [
    Buffer.from('Half \xe3\x81 (2002)', 'latin1'),
    Buffer.from('Half \xe3\x81 (2002)', 'latin1'),
    'Half ã\x81',
  ],
  ['Own \uf7e9 (2003)', 'Own \uf7e9 (2003)', 'Own ïŸ©'],
  ['Replaced \ufffd (2004)', 'Replaced \ufffd (2004)', 'Replaced \ufffd'],
  ['\u00c4rger (2005)', '\u00c4rger (2005)', 'Ärger'],
  ['A\u0308rger Zwei (2006)', 'A\u0308rger Zwei (2006)', 'Ärger Zwei'],
  ['-vf (2007)', '-vf (2007)', 'vf'],
  ['Two\nLines (2008)', 'Two\nLines (2008)', 'Two Lines'],
  ['"It\'s" `$(reboot)` (2009)', '"It\'s" `$(reboot)` (2009)', '"It\'s" `$(reboot)`'],
  ['concat:a|b (2010)', 'concat:a|b (2010)', 'concat:a|b'],
  ['100% <b>#1?&x=1 (2011)', '100% <b>#1?&x=1 (2011)', '100% <b>#1?&x=1'],
  ['back\\slash (2012)', 'back\\slash (2012)', 'slash'],
]

const below = (folder: Buffer | string, name: Buffer | string) =>
  Buffer.concat([Buffer.from(folder), Buffer.from('/'), Buffer.from(name)])

test(
  'whatever a file is called, it plays, with its subtitles and its poster',
  { skip: NO_FFMPEG },
  async (t) => {
    const home = mkdtempSync(join(tmpdir(), 'names-'))
    t.after(() => rmSync(home, { recursive: true }))
    // Even the library's own folder is no UTF-8.
    const root = below(home, Buffer.from('F\xefl\xfcme', 'latin1'))
    const clip = readFileSync(plainClip())
    const poster = await sharp({ create: { width: 20, height: 30, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer()
    for (const [folder, file, title] of NAMES) {
      const place = below(root, folder)
      mkdirSync(place, { recursive: true })
      const path = (ending: string) => Buffer.concat([below(place, file), Buffer.from(ending)])
      copyFileSync(plainClip(), path('.mp4'))
      writeFileSync(path('.de.srt'), `1\n00:00:01,000 --> 00:00:02,000\n${title}\n`)
      writeFileSync(path('-poster.jpg'), poster)
      utimesSync(path('.mp4'), 1, 1)
    }
    // A line that a name had broken would not be read.
    await using server = await createTestApp({ env: { MEDIASERVER_BROWSE_ROOTS: home }, onLog: () => {} })
    const owner = await server.owner()
    const [shown] = (await owner.call(browseFolders, { query: { path: home } })).folders
    assert.equal(shown?.name, 'Fïlüme')
    await owner.call(addLibrary, { body: { name: 'Films', kind: 'films', folders: [shown.path] } })
    await untilScanned(owner)

    const items = await t.waitFor(
      async () => {
        const movies = (await owner.call(listMovies, { query: {} })).items
        // The picture beside the film, no frame of it.
        assert.deepEqual(
          movies.flatMap(({ name, poster }) => (poster && poster.aspect < 1 ? [] : [name])),
          [],
        )
        return movies
      },
      { interval: 50, timeout: 20_000 },
    )
    assert.deepEqual(items.map(({ name }) => name).toSorted(), NAMES.map(([, , title]) => title).toSorted())
    const paths = (await owner.call(listMediaFiles, { query: { limit: 100 } })).items.map(
      (one) => one.relativePath,
    )
    assert.ok(paths.includes('Amélie (2001)/Amélie (2001).mp4'))
    const hls = createHlsViewer((uri) => owner.request(uri))
    for (const { id, name } of items) {
      const { files } = await owner.call(getTitle, { params: { id } })
      assert.equal(files[0]?.container, 'mp4', name)
      const able = await owner.call(getPlaybackQuestions, { params: { id } })
      const playback = await owner.call(startPlayback, {
        body: { titleId: id, capabilities: { ...able, mse: [], maxWidth: 1920, maxHeight: 1080 } },
      })
      const direct = await owner.request(playback.directUrl ?? '/nothing')
      assert.ok(clip.equals(Buffer.from(await direct.arrayBuffer())), `${name}, the file itself`)
      const [beside] = playback.subtitles
      assert.match(await (await owner.request(beside?.url ?? '/nothing')).text(), /00:01\.000 -->/, name)
      const [video = ''] = (await hls.master(playback.hlsUrl ?? '')).video.slice(-1)
      const { map, segments } = await hls.media(video)
      assert.ok(
        (await hls.bytes(map)).length > 0 && (await hls.bytes(segments[1]?.uri ?? '')).length > 0,
        name,
      )
    }
  },
)
