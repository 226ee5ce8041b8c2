// Folders full of files to measure scans on: real ones copied under many names, and empty-handed ones by the thousand.
import { copyFileSync, existsSync, mkdirSync, openSync, readdirSync, writeSync, closeSync } from 'node:fs'
import { extname, join } from 'node:path'

const CORPUS = join(import.meta.dirname, '../../shared/corpora/media/files')
const PLAYABLE = /\.(mkv|mp4|webm|avi|ts|mov|flv)$/i

/** `count` films, each from one of the corpus's whole files with a tail of its own, in folders of twenty. */
export function realFilms(root: string, count: number): string[] {
  if (!existsSync(CORPUS)) throw new Error('the media corpus is not beside the repository')
  const sources = readdirSync(CORPUS).filter((name) => PLAYABLE.test(name))
  return Array.from({ length: count }, (_, nth) => {
    const source = sources[nth % sources.length] ?? ''
    const folder = join(root, `Shelf ${Math.floor(nth / 20)}`)
    mkdirSync(folder, { recursive: true })
    const path = join(folder, `Film ${nth} (${1950 + (nth % 70)})${extname(source)}`)
    copyFileSync(join(CORPUS, source), path)
    // Other bytes behind the last one, where readers do not look: no two films are the same.
    const file = openSync(path, 'a')
    writeSync(file, `\0${nth}`)
    closeSync(file)
    return path
  })
}

/** Names and sizes alone: what a rescan looks at. */
export function manyFiles(root: string, count: number): void {
  for (let nth = 0; nth < count; nth += 1) {
    const folder = join(root, `Show ${Math.floor(nth / 100)}`)
    if (nth % 100 === 0) mkdirSync(folder, { recursive: true })
    closeSync(openSync(join(folder, `Show S01E${nth % 100}.mkv`), 'w'))
  }
}
