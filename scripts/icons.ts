// Draws the app's icons as PNG files from the vector one: browsers install an app only with these.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

const at = (name: string) => fileURLToPath(new URL(`../web/public/${name}`, import.meta.url))
const svg = readFileSync(at('icon.svg'))
const GROUND = '#14161b'

const drawn = (size: number) => sharp(svg, { density: (72 * size) / 64 }).resize(size, size)

for (const size of [192, 512])
  await drawn(size)
    .png({ palette: true })
    .toFile(at(`icon-${size}.png`))

/** Masks cut up to a fifth from each side; these have no corners of their own. */
async function masked(size: number, name: string): Promise<void> {
  const inner = Math.round(size * 0.72)
  const before = Math.floor((size - inner) / 2)
  const after = size - inner - before
  await drawn(inner)
    .flatten({ background: GROUND })
    .extend({ top: before, bottom: after, left: before, right: after, background: GROUND })
    .png({ palette: true })
    .toFile(at(name))
}
await masked(512, 'icon-maskable-512.png')
await masked(180, 'apple-touch-icon.png')
