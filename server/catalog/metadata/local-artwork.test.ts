import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { LibraryFile } from '../../library/library.ts'
import type { TitleRow } from '../store.ts'
import { choose, createLocalArtwork } from './local-artwork.ts'

function library(t: TestContext, paths: readonly string[]) {
  const root = mkdtempSync(join(tmpdir(), 'local-artwork-'))
  t.after(() => rmSync(root, { recursive: true }))
  const write = (path: string, text = 'picture') => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  paths.forEach((path) => write(path))
  const [now, made] = [{ ms: 0 }, [] as string[]]
  const of = (kind: TitleRow['kind'], relativePath: string, row: Partial<TitleRow> = {}, offline = false) => {
    const file = {
      path: join(root, relativePath),
      relativePath,
      libraryKind: 'mixed',
      offline,
    } as LibraryFile
    now.ms += 60_000
    return createLocalArtwork({
      store: { fileIds: async () => ['file'] },
      fileById: async () => file,
      artwork: {
        fromImage: async (_, source) => {
          made.push(source)
          return JSON.stringify({ source })
        },
      },
      nowMs: () => now.ms,
    }).ofTitle({ kind, poster: null, backdrop: null, season_number: null, ...row } as TitleRow)
  }
  /** Side → the file's name, for what was found. */
  const names = async (...args: Parameters<typeof of>) =>
    Object.fromEntries(
      Object.entries(await of(...args)).map(([side, json]) => [
        side,
        json && (JSON.parse(json) as { source: string }).source.split(' ').slice(1, -2).join(' '),
      ]),
    )
  return { root, write, of, names, made }
}

test('the most telling name wins, in any case, with any picture’s extension', () => {
  const files = ['Folder.JPG', 'poster.webp', 'fanart.png', 'poster.txt']
  assert.equal(choose(files, ['poster', 'folder']), 'poster.webp')
  assert.equal(choose(files, ['cover', 'folder']), 'Folder.JPG')
  assert.equal(choose(files, ['cover']), null)
})

test('a film’s own pictures, and those of a folder that is its own', async (t) => {
  const { names } = library(t, [
    'Heat (1995)/Heat (1995).mkv',
    'Heat (1995)/Heat (1995)-trailer.mkv',
    'Heat (1995)/poster.jpg',
    'Heat (1995)/Heat (1995)-fanart.png',
    'Heat (1995)/fanart.jpg',
    'Action/Ronin (1998).mkv',
    'Action/Alien (1979).mkv',
    'Action/Alien (1979).jpg',
    'Action/folder.jpg',
    'Loose (2001).mkv',
    'poster.jpg',
  ])
  assert.deepEqual(await names('movie', 'Heat (1995)/Heat (1995).mkv'), {
    poster: 'poster.jpg',
    backdrop: 'Heat (1995)-fanart.png',
  })
  assert.deepEqual(await names('movie', 'Action/Alien (1979).mkv'), { poster: 'Alien (1979).jpg' })
  assert.deepEqual(await names('movie', 'Action/Ronin (1998).mkv'), {}, 'the folder speaks of the genre')
  assert.deepEqual(await names('movie', 'Loose (2001).mkv'), {}, 'the root speaks of the library')
})

test('series, seasons and episodes', async (t) => {
  const episode = 'TV/Fargo/Season 2/Fargo S02E01.mkv'
  const { names } = library(t, [
    episode,
    'TV/folder.jpg',
    'TV/Fargo/poster.jpg',
    'TV/Fargo/backdrop.jpg',
    'TV/Fargo/season02-poster.jpg',
    'TV/Fargo/season-specials-poster.jpg',
    'TV/Fargo/Season 2/folder.jpg',
    'TV/Fargo/Season 2/Fargo S02E01-thumb.jpg',
  ])
  assert.deepEqual(await names('show', episode), { poster: 'poster.jpg', backdrop: 'backdrop.jpg' })
  assert.deepEqual(await names('season', episode, { season_number: 2 }), { poster: 'season02-poster.jpg' })
  assert.deepEqual(await names('season', episode, { season_number: 0 }), {
    poster: 'season-specials-poster.jpg',
  })
  assert.deepEqual(await names('episode', episode), {
    poster: 'Fargo S02E01-thumb.jpg',
    backdrop: 'Fargo S02E01-thumb.jpg',
  })
})

test('a picture is read once, again when it changes, and forgotten when it goes; an unplugged disk forgets nothing', async (t) => {
  const film = 'Heat (1995)/Heat (1995).mkv'
  const { root, write, of, made } = library(t, [film, 'Heat (1995)/poster.jpg'])
  const { poster } = await of('movie', film)
  assert.ok(poster)
  assert.equal((await of('movie', film, { poster })).poster, poster)
  assert.equal(made.length, 1)
  write('Heat (1995)/poster.jpg', 'another picture')
  assert.notEqual((await of('movie', film, { poster })).poster, poster)
  assert.equal(made.length, 2)
  assert.deepEqual(await of('movie', film, { poster }, true), {})
  unlinkSync(join(root, 'Heat (1995)/poster.jpg'))
  assert.deepEqual(await of('movie', film, { poster }), { poster: null })
  const found = JSON.stringify({ source: 'w780/from-elsewhere.jpg' })
  assert.deepEqual(await of('movie', film, { poster: found }), {}, 'what others found is theirs')
})

test('only a regular file of bounded size is opened', async (t) => {
  const film = 'Heat (1995)/Heat (1995).mkv'
  const { root, of } = library(t, [film, 'secret.jpg'])
  symlinkSync(join(root, 'secret.jpg'), join(root, 'Heat (1995)/poster.jpg'))
  mkdirSync(join(root, 'Heat (1995)/fanart.jpg'))
  assert.deepEqual(await of('movie', film), {})
})
