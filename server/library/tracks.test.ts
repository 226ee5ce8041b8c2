// What a probe found can be asked for track by track, and goes when the file is probed anew or deleted.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MediaInfo } from '#shared/media.ts'
import { openDatabase } from '../platform/database/database.ts'
import { createLibraryStore } from './store.ts'

const track = { profile: null, title: null, isDefault: true, isForced: false }
const INFO = {
  formatName: 'matroska,webm',
  container: 'matroska',
  durationSeconds: 60,
  startSeconds: 0,
  bitrateBps: 1000,
  title: null,
  video: [{ ...track, index: 0, codec: 'hevc', language: null, width: 3840, height: 1600, hdr: 'hdr10' }],
  audio: [{ ...track, index: 1, codec: 'eac3', language: 'ger', channels: 6, isCommentary: false }],
  subtitles: [
    { ...track, index: 2, codec: 'subrip', language: 'fre', isHearingImpaired: true, kind: 'text' },
  ],
  chapters: [{ startSeconds: 0, endSeconds: 30, title: 'One' }],
  attachments: [{ index: 3, kind: 'font', fileName: 'a.ttf', mimeType: null, sizeBytes: 7 }],
} as unknown as MediaInfo

test('tracks, chapters and attachments are rows, written and replaced with the probe', async () => {
  await using database = await openDatabase({ kind: 'sqlite', path: ':memory:' }, () => 1)
  const { db } = database
  const store = createLibraryStore(db)
  await store.addLibrary({ id: 'l', name: 'L', kind: 'films', created_at_ms: 1 }, [{ id: 'd', path: '/d' }])
  const nothing = {
    gone_at_ms: null,
    reason: null,
    container: null,
    duration_seconds: null,
    bitrate_bps: null,
  }
  const place = {
    id: 'f',
    library_id: 'l',
    folder_id: 'd',
    relative_path: 'f.mkv',
    size_bytes: 1,
    inode: '1',
  }
  const state = {
    fingerprint: '',
    state: 'new',
    is_offline: 0,
    is_announced: 0,
    sighting: '',
    modified_at_ms: 1,
    added_at_ms: 1,
  }
  await store.addFiles([{ ...place, ...state, ...nothing }])

  await store.saveProbes([{ id: 'f', fingerprint: 'x', info: INFO }])
  await store.saveProbes([{ id: 'f', fingerprint: 'x', info: { ...INFO, subtitles: [], attachments: [] } }])
  const tracks = await db.selectFrom('file_tracks').selectAll().orderBy('track_index').execute()
  assert.deepEqual(
    tracks.map((row) => [row.kind, row.codec, row.language, row.height, row.hdr, row.channels]),
    [
      ['video', 'hevc', null, 1600, 'hdr10', null],
      ['audio', 'eac3', 'deu', null, null, 6],
    ],
  )
  assert.deepEqual(
    (await db.selectFrom('file_chapters').selectAll().execute()).map((row) => row.title),
    ['One'],
  )
  assert.equal((await db.selectFrom('file_attachments').selectAll().execute()).length, 0)

  await store.saveProbes([{ id: 'f', fingerprint: 'x', reason: 'It cannot be read.' }])
  assert.equal((await db.selectFrom('file_tracks').selectAll().execute()).length, 0)
})
