// Prints the tree of source files with their first lines into docs/map.md; `--check` fails when it is out of date.
import { globSync, readFileSync, writeFileSync } from 'node:fs'

const MAP = 'docs/map.md'

/** The first line of a file is one sentence: what the file is for. */
const purposeOf = (path: string): string => {
  const [line = ''] = readFileSync(path, 'utf8').split('\n')
  return line.replace(/^\/\/ ?/, '')
}

export function renderMap(): string {
  const files = globSync('{server,shared,web}/**/*.{ts,tsx}')
    .filter((path) => !path.endsWith('.test.ts'))
    .toSorted((a, b) => a.localeCompare(b, 'en'))
  const lines = ['# Map', '', 'What each file is for, from its first line. Written by `npm run docs`.', '']
  let folder = ''
  for (const path of files) {
    const here = path.split('/').slice(0, -1).join('/')
    if (here !== folder) lines.push('', `## ${here}/`, '')
    folder = here
    lines.push(`- \`${path.split('/').at(-1)}\`: ${purposeOf(path)}`)
  }
  return `${lines.join('\n').replace(/\n{3,}/g, '\n\n')}\n`
}

if (import.meta.main) {
  if (!process.argv.includes('--check')) writeFileSync(MAP, renderMap())
  else if (readFileSync(MAP, 'utf8') !== renderMap()) {
    console.error(`${MAP} is out of date. Run npm run docs.`)
    process.exitCode = 1
  }
}
