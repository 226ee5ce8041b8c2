// Blobs made from files go when the files are forgotten, and not before.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDiskBlobs } from '../platform/blobs/disk.ts'
import { derivedFolder, sweepDerived } from './derived.ts'

test('what belongs to no file any more is removed; everything else stays', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'derived-'))
  t.after(() => rmSync(home, { recursive: true }))
  await using blobs = await openDiskBlobs(home)
  const put = (key: string) => blobs.put(key, Buffer.from('bytes'))
  const stay = [
    `${derivedFolder('previews', 'here')}/previews.vtt`,
    `${derivedFolder('previews', 'here')}/0.jpg`,
    `${derivedFolder('fonts', 'here')}/3`,
    `${derivedFolder('subtitles', 'away')}/abc.vtt`,
    'segments/abc/0.m4s',
    'artwork/abc',
  ]
  const go = [
    `${derivedFolder('previews', 'gone')}/previews.vtt`,
    `${derivedFolder('fonts', 'gone')}/3`,
    `${derivedFolder('subtitles', 'gone')}/abc.ass`,
    // As they were kept before they had folders.
    `fonts/${'0'.repeat(32)}`,
  ]
  for (const key of [...stay, ...go]) await put(key)
  async function* identities() {
    yield* ['other', 'here', 'away'].map((identity) => ({ identity }))
    // Made while the files are gone through.
    await put(`${derivedFolder('fonts', 'new')}/1`)
  }
  assert.equal(await sweepDerived({ blobs, identities }), go.length)
  const left: string[] = []
  for await (const { key } of blobs.list('')) left.push(key)
  assert.deepEqual(left.toSorted(), [...stay, `${derivedFolder('fonts', 'new')}/1`].toSorted())
})
