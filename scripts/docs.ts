// Writes the documents that come from the code: settings, problems, the dashboard, the map.
import { writeFileSync } from 'node:fs'
import { PROBLEMS } from '../shared/problems.ts'
import { VARIABLES } from '../server/platform/variables.ts'
import { renderDashboard } from './dashboard.ts'
import { renderMap } from './map.ts'

const cell = (text: string) => text.replaceAll('|', '\\|')

function renderConfiguration(): string {
  const rows = Object.entries(VARIABLES).map(
    ([name, v]) => `| \`${name}\` | ${v.default === '' ? '' : `\`${cell(v.default)}\``} | ${cell(v.means)} |`,
  )
  return `# Configuration

MediaServer is set up by environment variables and a few command-line options (\`npm start -- --help\`), which win.
All faults are told at once at the start; an unknown variable that begins with \`MEDIASERVER_\` is refused, so that a typo
does not go unnoticed. What an owner changes in the browser is kept in the database, never here.

| variable | default | meaning |
| --- | --- | --- |
${rows.join('\n')}
`
}

function renderProblems(): string {
  const rows = Object.entries(PROBLEMS).map(([code, p]) => `| \`${code}\` | ${p.status} | ${cell(p.title)} |`)
  return `# Problems

Every failure is answered as \`application/problem+json\` (RFC 9457), over HTTP and in socket acknowledgements alike:
\`type\` is \`/problems/<code>\`, \`detail\` says what to do, \`instance\` is the request id to look for in the log.
A code is forever.

| code | status | title |
| --- | --- | --- |
${rows.join('\n')}
`
}

export const DOCUMENTS: Readonly<Record<string, () => string>> = {
  'docs/configuration.md': renderConfiguration,
  'docs/problems.md': renderProblems,
  'docs/grafana-dashboard.json': renderDashboard,
  'docs/map.md': renderMap,
}

if (import.meta.main) for (const [path, render] of Object.entries(DOCUMENTS)) writeFileSync(path, render())
