// Arrow keys on a grid of posters and on rows of unlike widths.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest, type Box } from './nearest.ts'

const box = (left: number, top: number, width = 100, height = 150): Box => ({ left, top, width, height })
const grid = [box(0, 0), box(110, 0), box(220, 0), box(0, 200), box(110, 200), box(220, 200)]

test('right and left stay in the row', () => {
  assert.equal(nearest(grid[0]!, grid, 'right'), 1)
  assert.equal(nearest(grid[4]!, grid, 'left'), 3)
  assert.equal(nearest(grid[2]!, grid, 'right'), -1)
})

test('down goes to the box below', () => {
  assert.equal(nearest(grid[1]!, grid, 'down'), 4)
  assert.equal(nearest(grid[5]!, grid, 'up'), 2)
})

test('down finds something though nothing lies exactly below', () => {
  assert.equal(nearest(box(400, 0), [box(0, 300), box(250, 300)], 'down'), 1)
})
