// Runs one bench by name: `npm run bench -- <name> [--json]`.
import { existsSync } from 'node:fs'

const [name, ...args] = process.argv.slice(2)
const file = new URL(`./${name ?? ''}.ts`, import.meta.url)
if (!name || !/^[a-z-]+$/.test(name) || name === 'main' || !existsSync(file)) {
  console.error('Usage: npm run bench -- <name> [--json]')
  process.exitCode = 2
} else {
  const bench = (await import(file.href)) as { run: (args: readonly string[]) => Promise<void> | void }
  await bench.run(args)
}
