// `npm test`: sets up on a machine with only Node 20 and npm, then runs all checks on the bundled Node.
import { fileURLToPath } from 'node:url'
import { build, handOver, install } from './mediaserver.mjs'

install()
build()
handOver([fileURLToPath(new URL('../scripts/check.ts', import.meta.url)), ...process.argv.slice(2)])
