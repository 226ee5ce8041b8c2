// Jobs and conversions are named as people know them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSubjects } from './subjects.ts'

const nameOf = createSubjects({
  titleNames: async (ids) => new Map(ids.includes('t1') ? [['t1', 'Nosferatu']] : []),
  titlesOfFiles: async (ids) => (ids.includes('f1') ? [{ file_id: 'f1', title_id: 't1' }] : []),
  file: async (id) => (id === 'f2' ? { relativePath: 'new/Metropolis.mkv' } : null),
  libraries: async () => [{ id: 'l1', name: 'Films' }],
  people: async () => [{ id: 'p1', name: 'Eve' }],
})

test('a title, a file with a title, a file without, a library and a person have names, in the order asked', async () => {
  assert.deepEqual(
    await nameOf([
      { libraryId: 'l1', subPath: 'x' },
      { fileId: 'f1' },
      { titleId: 't1' },
      { fileId: 'f2' },
      { personId: 'p1' },
    ]),
    ['Films', 'Nosferatu', 'Nosferatu', 'new/Metropolis.mkv', 'Eve'],
  )
})

test('what is gone or about nothing has no name', async () => {
  assert.deepEqual(
    await nameOf([{}, null, 'x', { titleId: 't9' }, { fileId: 'f9' }, { fileId: 7 }]),
    Array(6).fill(null),
  )
})
