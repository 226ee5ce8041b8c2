// What a walk finds, what ignore files hide, and that it stays below its folder.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { comparePaths } from './path-order.ts'
import { createWalk } from './walk.ts'
import type { Walked } from './walked.ts'
import { walkSync } from './walk-sync.ts'

function folderOf(t: TestContext, files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'mediaserver-walk-'))
  t.after(() => rmSync(root, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const pathOf = (one: Walked) =>
  one.kind === 'media'
    ? one.file.relativePath
    : one.kind === 'sidecar'
      ? one.sidecar.relativePath
      : `${one.relativePath}/`
const found = (root: string, subPath = '') => [...walkSync(root, subPath)].map(pathOf)

test('films and subtitles are found; system folders, other files, pipes and links are not', (t) => {
  const root = folderOf(t, {
    'a.mkv': '',
    'a.en.srt': '',
    'a.nfo': '',
    '@eaDir/a.mkv': '',
    '.hidden/a.mkv': '',
    'Sub/b.MP4': '',
  })
  symlinkSync('/', join(root, 'out'))
  symlinkSync(join(root, 'a.mkv'), join(root, 'link.mkv'))
  // Opening it would wait for a writer for ever.
  assert.equal(spawnSync('mkfifo', [join(root, 'pipe.mkv')]).status, 0)
  assert.deepEqual(found(root), ['Sub/b.MP4', 'a.en.srt', 'a.mkv'])
})

test('.mediaignore hides by name anywhere below, by path from its own folder, and whole folders', (t) => {
  const root = folderOf(t, {
    '.mediaignore':
      '# not for the library\n*sample*\nExtras/\n/top.mkv\nShow/Season 1/*.avi\n*.{ogm,rm}\nCD[1-3].mkv\n',
    'top.mkv': '',
    'film.mkv': '',
    'x.rm': '',
    'CD2.mkv': '',
    'CD4.mkv': '',
    'film-sample.mkv': '',
    'Film/top.mkv': '',
    'Film/Extras/making of.mkv': '',
    'Show/Season 1/a.avi': '',
    'Show/Season 1/a.mkv': '',
    'Show/Season 2/a.avi': '',
    'Own/.mediaignore': 'b.mkv',
    'Own/b.mkv': '',
    'Own/c.mkv': '',
    'All/.mediaignore': '',
    'All/d.mkv': '',
    'None/.nomedia': '',
    'None/e.mkv': '',
  })
  assert.deepEqual(found(root), [
    'CD4.mkv',
    'Film/top.mkv',
    'Own/c.mkv',
    'Show/Season 1/a.mkv',
    'Show/Season 2/a.avi',
    'film.mkv',
  ])
})

test('a scan of one folder obeys the ignore files above it', (t) => {
  const root = folderOf(t, { '.mediaignore': '*sample*', 'Film/a.mkv': '', 'Film/a-sample.mkv': '' })
  assert.deepEqual(found(root, 'Film'), ['Film/a.mkv'])
})

test('a hostile ignore file neither hangs the walk nor ends it', (t) => {
  const hostile = `${'{a,'.repeat(90)}\n${'*a'.repeat(60)}b\n${'['.repeat(200)}\n${'(a|'.repeat(60)}\n`
  const root = folderOf(t, { '.mediaignore': hostile, [`${'a'.repeat(120)}.mkv`]: '' })
  assert.equal(found(root).length, 1)
})

test('files come in the order of their paths, across folders, with the subtitles of each', async (t) => {
  const root = folderOf(t, {
    'a b/1.mkv': '',
    'a.mkv': '',
    'a/1.mkv': '12',
    'a/Subs/1.en.srt': '',
    'a/Subs/nobody.txt': '',
    'a/b/2.mkv': '',
    'a/b-c/3.mkv': '',
    'Zoë/é.mkv': '',
    'alone.srt': '',
    '\ud83c\udfac/4.mkv': '',
    '\uff21/5.mkv': '',
  })
  // A name that is no UTF-8.
  writeFileSync(Buffer.concat([Buffer.from(`${root}/a/`), Buffer.from([0xe9, 0x2e, 0x6d, 0x6b, 0x76])]), '')
  const paths = found(root)
  assert.deepEqual(paths, paths.toSorted(comparePaths))
  assert.deepEqual(paths.slice(0, 8), [
    'Zoë/é.mkv',
    'a b/1.mkv',
    'a.mkv',
    'a/1.mkv',
    'a/Subs/1.en.srt',
    'a/b-c/3.mkv',
    'a/b/2.mkv',
    'a/\uf7e9.mkv',
  ])
  // The second walk is made by the thread of the first one.
  const walk = createWalk()
  for (const subPath of ['', 'a']) {
    const threaded: Walked[] = []
    for await (const batch of walk(root, subPath)) threaded.push(...batch)
    assert.deepEqual(threaded, [...walkSync(root, subPath)])
  }
})

test('a part that is not there has nothing in it; a whole folder that is not there cannot be listed', (t) => {
  const root = folderOf(t, { 'a.mkv': '' })
  assert.deepEqual(found(root, 'away'), [])
  assert.deepEqual(found(join(root, 'away')), ['/'])
})
