// What every blob storage promises.
import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import type { Blobs } from '../../server/platform/blobs/blobs.ts'

export type BlobsAtHand = AsyncDisposable & { blobs: Blobs }

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export function blobsContract(name: string, open: () => Promise<BlobsAtHand>): void {
  const it = (title: string, body: (blobs: Blobs) => Promise<void>) =>
    void test(`blobs ${name}: ${title}`, async () => {
      await using at = await open()
      await body(at.blobs)
    })
  const text = async (blobs: Blobs, key: string, range?: { start: number; end: number }) => {
    const found = await blobs.get(key, range)
    return found && (await buffer(found.body)).toString()
  }

  it('gives back bytes, whole and by range', async (blobs) => {
    assert.equal((await blobs.put('a/b.txt', bytes('0123456789'))).sizeBytes, 10)
    assert.equal(await text(blobs, 'a/b.txt'), '0123456789')
    assert.equal(await text(blobs, 'a/b.txt', { start: 0, end: 0 }), '0')
    assert.equal(await text(blobs, 'a/b.txt', { start: 7, end: 99 }), '789')
    const part = await blobs.get('a/b.txt', { start: 2, end: 4 })
    assert.deepEqual([part!.sizeBytes, part!.range], [10, { start: 2, end: 4 }])
    part!.body.destroy()
    await assert.rejects(blobs.get('a/b.txt', { start: 10, end: 11 }), RangeError)
    assert.deepEqual(Buffer.from((await blobs.read('a/b.txt'))!).toString(), '0123456789')
  })

  it('takes a stream of 12 MB, an empty blob, and overwrites', async (blobs) => {
    const chunk = new Uint8Array(1_000_000).fill(7)
    async function* body() {
      for (let n = 0; n < 12; n++) yield chunk
    }
    assert.equal((await blobs.put('big', body())).sizeBytes, 12_000_000)
    assert.equal((await blobs.stat('big'))!.sizeBytes, 12_000_000)
    await blobs.put('big', bytes(''))
    assert.equal(await text(blobs, 'big'), '')
  })

  it('keeps the former bytes when a new body breaks off', async (blobs) => {
    await blobs.put('k', bytes('former'))
    async function* broken() {
      yield bytes('half')
      throw new Error('planned')
    }
    await assert.rejects(blobs.put('k', broken()), /planned/)
    assert.equal(await text(blobs, 'k'), 'former')
  })

  it('answers null for what is not there, and removes without complaint', async (blobs) => {
    assert.equal(await blobs.get('none/such'), null)
    assert.equal(await blobs.read('none'), null)
    assert.equal(await blobs.stat('none'), null)
    await blobs.remove('none/such')
    await blobs.put('x/y', bytes('1'))
    await blobs.remove('x/y')
    assert.equal(await blobs.stat('x/y'), null)
  })

  it('lists a folder and nothing beside it', async (blobs) => {
    for (const key of ['s/1/a', 's/1/b', 's/10/c', 't']) await blobs.put(key, bytes(key))
    const keys = async (prefix: string) =>
      (await Array.fromAsync(blobs.list(prefix), ({ key }) => key)).toSorted()
    assert.deepEqual(await keys('s/1/'), ['s/1/a', 's/1/b'])
    assert.deepEqual(await keys('s/2/'), [])
    assert.deepEqual(await keys(''), ['s/1/a', 's/1/b', 's/10/c', 't'])
  })

  it('refuses a key that is not a safe one', async (blobs) => {
    for (const key of [
      '',
      '/a',
      'a/',
      'a//b',
      '../a',
      'a/../b',
      '.hidden',
      'a\\b',
      'a b',
      'ä',
      'a\0',
      'x'.repeat(101),
    ])
      await assert.rejects(async () => blobs.put(key, bytes('x')), TypeError, key)
  })

  it('answers a ping', (blobs) => blobs.ping())
}
