// Who waits for whom among short and long requests to media workers.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createRequests } from './requests.ts'
import type { Lease } from './worker-pool.ts'
import type { ToWorker } from './worker/messages.ts'

test('a short request does not wait behind films that are read from end to end', async () => {
  const sent: { kind: string; answer: () => void }[] = []
  const request = createRequests(
    {
      acquire: async () => {
        const lease: Lease = {
          send: (message: ToWorker) => {
            if (!('input' in message)) return
            const { id, kind } = message
            sent.push({
              kind,
              answer: () => lease.onMessage({ id, kind: 'answer', value: null, rssBytes: 0 }),
            })
          },
          onMessage: () => {},
          onCrash: () => {},
          release: () => {},
        }
        return lease
      },
    },
    1,
  )
  const kinds = async () => {
    await nextTurn()
    return sent.map(({ kind }) => kind)
  }
  const film = { path: '/film', trackIndex: 0, startSeconds: 0 }
  const given = new AbortController()
  const previews = request('previews', { ...film, durationSeconds: 60 })
  const left = request('previews', { ...film, durationSeconds: 60 }, given.signal)
  const subtitles = request('subtitles', { ...film, format: 'webvtt' })
  const probe = request('probe', { path: '/other' })
  assert.deepEqual(await kinds(), ['previews', 'probe'])
  given.abort(new Error('left'))
  for (const { answer } of sent) answer()
  await Promise.all([previews, probe, assert.rejects(left, /left/)])
  assert.deepEqual(await kinds(), ['previews', 'probe', 'subtitles'])
  sent.at(-1)?.answer()
  await subtitles
})
