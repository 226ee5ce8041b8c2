// Pictures on the grid where the file leads astray: an index that points too far, times that run backwards.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Frame } from 'node-av/lib'
import { onGrid } from './grid.ts'

const BOUNDARIES = { frameRate: { num: 10, den: 1 }, frames: [0, 20, 40] }

/** Pictures of these seconds; a seek to a moment lands `lateSeconds` after it. Counts the pictures that are held. */
function fakeSource(times: readonly number[], lateSeconds = 0) {
  let from = 0
  const seeks: number[] = []
  let held = 0
  return {
    seeks,
    held: () => held,
    seek: async (seconds: number) => {
      seeks.push(seconds)
      from = seconds > 0 ? seconds + lateSeconds : 0
      return seconds > 0
    },
    async *decode() {
      for (const seconds of times.filter((time) => time >= from)) {
        held++
        yield { frame: { free: () => held-- } as unknown as Frame, seconds }
      }
    },
  }
}

async function shown(source: ReturnType<typeof fakeSource>, start: number) {
  const all: [number, number, number][] = []
  for await (const { frame, seconds, from, to } of onGrid(source, BOUNDARIES, start, 0)) {
    all.push([seconds, from, to])
    frame.free()
  }
  return all
}

test('an index that points behind the wanted picture is not believed: reading begins earlier and earlier', async () => {
  const times = Array.from({ length: 40 }, (_, n) => n / 10)
  const source = fakeSource(times, 3)
  const pictures = await shown(source, 20)
  assert.deepEqual(
    pictures.map(([, from, to]) => [from, to]),
    Array.from({ length: 20 }, (_, n) => [20 + n, 21 + n]),
  )
  assert.equal(pictures[0]?.[0], 2)
  assert.ok(source.seeks.length > 1, String(source.seeks))
  assert.equal(source.held(), 0, 'every picture is given back')
})

test('pictures without times of their own, or with earlier ones than before, leave no slot empty', async () => {
  const source = fakeSource([0, 0.1, 0.1, 0.05, 0.5, 0.4, 3])
  assert.deepEqual(await shown(source, 0), [
    [0, 0, 1],
    [0.1, 1, 5],
    [0.5, 5, 30],
    [3, 30, 40],
  ])
  assert.equal(source.held(), 0)
})
