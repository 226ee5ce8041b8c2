// The tree of source files with their first lines: what `docs/map.md` says.
import { globSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path/posix'

/** The first line of a file is one sentence: what the file is for. */
const purposeOf = (path: string): string => {
  const [line = ''] = readFileSync(path, 'utf8').split('\n')
  return line.replace(/^\/\/ ?/, '')
}

const byName = (a: string, b: string): number => a.localeCompare(b, 'en')

/** Each folder once, with all its own files; a folder comes before those in it. */
export function renderMap(): string {
  const files = globSync('{server,shared,web}/**/*.{ts,tsx}').filter((path) => !path.endsWith('.test.ts'))
  const sections = [...Map.groupBy(files, dirname)]
    .toSorted(([a], [b]) => byName(a, b))
    .map(([folder, inside]) => {
      const lines = inside.toSorted(byName).map((path) => `- \`${basename(path)}\`: ${purposeOf(path)}\n`)
      return `## ${folder}/\n\n${lines.join('')}`
    })
  return `# Map\n\nWhat each file is for, from its first line. Written by \`npm run docs\`.\n\n${sections.join('\n')}`
}
