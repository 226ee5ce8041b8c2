// A file that is gone is called unreachable; one that is there is what it was said to be.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../platform/problem.ts'
import { unreachable } from '../platform/unreachable.ts'
import { unlessGone } from './gone-file.ts'

test('a failure in a file that is gone is not a damaged file', async () => {
  const damaged = new Problem('not-playable', 'No picture in it.')
  assert.equal(await unlessGone(import.meta.filename, damaged), damaged)
  const gone = await unlessGone(`${import.meta.filename}.mkv`, damaged)
  assert.deepEqual([gone.code, gone.cause], ['file-offline', damaged])
})

test('people are told whether the rights or the disk are the reason', () => {
  const said = (code: string) => unreachable(Object.assign(new Error(code), { code })).detail ?? ''
  assert.match(said('EACCES'), /may not read it: check the permissions/)
  assert.match(said('EIO'), /reports errors/)
  assert.match(said('ENOENT'), /is not connected/)
})
