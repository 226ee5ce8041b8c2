// Tickets of what ended are worth nothing at once, in every process that serves the same viewers.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createInProcessCoordination } from '../platform/coordination/in-process.ts'
import { silentLog } from '../platform/log.ts'
import { NOTHING_TOLD } from './report.ts'
import { createRunning, type Running } from './running.ts'

const guestOf = (viewerId: string): Running => ({
  claims: {
    playbackId: `of ${viewerId}`,
    viewerId,
    signInId: null,
    partyId: 'p1',
    fileId: 'f1',
    assetId: 'k1',
    expiresAtMs: 1e12,
    offer: {
      copyVideo: true,
      copyAudio: true,
      maxHeight: 1080,
      maxBitrateBps: null,
      channels: 2,
      burnSubtitleIndex: null,
    },
  },
  viewerName: viewerId,
  titleId: 't1',
  titleName: 'Film',
  fileId: 'f1',
  method: 'transcode',
  reasons: [],
  positionSeconds: 0,
  durationSeconds: 60,
  startedAtMs: 0,
  seenAtMs: 0,
  told: NOTHING_TOLD,
})

const turn = () => new Promise((go) => setImmediate(go))

test('a guest who is sent away, and a party that ends, lose their tickets in the other process too', async () => {
  const nowMs = () => 1000
  const log = silentLog()
  await using shared = createInProcessCoordination({ nowMs, log })
  const freed: string[] = []
  const open = () =>
    // The database still says that they may: only the signal can have told.
    createRunning({ mayWatch: async () => true, nowMs, onEnd: (id) => freed.push(id), shared, log })
  await using here = await open()
  await using there = await open()
  const [grace, ada] = [guestOf('grace'), guestOf('ada')]
  for (const one of [grace, ada]) there.add(one.claims.playbackId, one)
  assert.equal(await there.isOver(grace.claims), false)

  here.end('viewer grace')
  await turn()
  assert.equal(await there.isOver(grace.claims), true)
  assert.equal(await there.isOver(ada.claims), false)
  assert.deepEqual(freed, ['of grace'])

  here.end('party p1')
  await turn()
  assert.equal(await there.isOver(ada.claims), true)
})

test('while the database is away whoever was let in watches on, and nobody else', async () => {
  const log = silentLog()
  let now = 1000
  let fault: Error | null = null
  const mayWatch = async () => {
    if (fault) throw fault
    return true
  }
  await using running = await createRunning({ mayWatch, nowMs: () => now, onEnd: () => {}, log })
  const [grace, ada] = [guestOf('grace').claims, guestOf('ada').claims]
  assert.equal(await running.isOver(grace), false)
  fault = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  for (let n = 0; n < 3; n++) {
    now += 60_000
    assert.equal(await running.isOver(grace), false)
    await assert.rejects(running.isOver(ada), /connect/)
  }
  fault = new Error('a fault of the program')
  now += 60_000
  await assert.rejects(running.isOver(grace), /of the program/)
})
