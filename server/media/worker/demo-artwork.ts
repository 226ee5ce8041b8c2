// Draws the landscapes of demo films, for their posters and backdrops as for the films themselves.
import sharp from 'sharp'

type Scene = {
  kind: 'harbour' | 'comets' | 'clock' | 'aurora'
  sky: readonly [top: string, bottom: string]
  light: string
  /** From the farthest to the nearest. */
  land: readonly string[]
}

const SCENES = {
  harbour: {
    kind: 'harbour',
    sky: ['#10304f', '#f2a65a'],
    light: '#ffe2a8',
    land: ['#5d7f95', '#2c5470', '#14344e', '#0e2a42'],
  },
  comets: {
    kind: 'comets',
    sky: ['#1b1037', '#d1495b'],
    light: '#ffd9a0',
    land: ['#7d2e54', '#4b1d46', '#240f2e'],
  },
  clock: {
    kind: 'clock',
    sky: ['#20242c', '#8d99a6'],
    light: '#f5f1e6',
    land: ['#5b6670', '#39424b', '#1b2026'],
  },
  north: {
    kind: 'aurora',
    sky: ['#05172b', '#1c5a6b'],
    light: '#7ef2c0',
    land: ['#2b5a6e', '#173a4d', '#0a1f2e'],
  },
  snow: {
    kind: 'aurora',
    sky: ['#2b3a55', '#b8c7d9'],
    light: '#ffffff',
    land: ['#dfe8f0', '#a9bccd', '#6d8399'],
  },
  ferry: {
    kind: 'harbour',
    sky: ['#13233a', '#7fb2c9'],
    light: '#e8f6ff',
    land: ['#6f93a8', '#3d6680', '#1e425b', '#12324a'],
  },
  violet: {
    kind: 'aurora',
    sky: ['#0d0726', '#3c2a6b'],
    light: '#c78bff',
    land: ['#3b2f63', '#231b45', '#120d28'],
  },
  thaw: {
    kind: 'comets',
    sky: ['#2d4739', '#d9c58b'],
    light: '#fff6cf',
    land: ['#7d8f5a', '#4e6a48', '#27402f'],
  },
  midsummer: {
    kind: 'clock',
    sky: ['#f0803c', '#ffd98a'],
    light: '#fff4d6',
    land: ['#c0653a', '#7c3d33', '#3c1f27'],
  },
} as const satisfies Record<string, Scene>
export type SceneName = keyof typeof SCENES

/** The same numbers for the same seed: artwork must not change between runs. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}

/** A line of hills from beyond the left edge to beyond the right. */
function ridge(width: number, baseY: number, height: number, sharpness: number, next: () => number): string {
  const steps = Math.round(4 + sharpness * 8)
  const shift = next() * 2
  const points = Array.from({ length: steps + 3 }, (_, i) => [
    ((i - shift) / steps) * width,
    baseY - (i % 2 === 0 ? 0.15 : 0.5 + 0.5 * next()) * height * (0.7 + 0.3 * next()),
  ])
  const [first = [0, baseY], ...rest] = points
  let [x0 = 0, y0 = baseY] = first
  let path = `M${x0} ${baseY + height * 3} L${x0} ${y0}`
  for (const [x = 0, y = 0] of rest) {
    const bend = (x - x0) * (1 - sharpness) * 0.5
    path += ` C${x0 + bend} ${y0} ${x - bend} ${y} ${x} ${y}`
    ;[x0, y0] = [x, y]
  }
  return `${path} V${baseY + height * 3} Z`
}

function stars(width: number, height: number, count: number, next: () => number): string {
  const star = () => {
    const radius = 0.6 + next() * next() * 2.6
    return `<circle cx="${next() * width}" cy="${next() * height}" r="${radius}" fill="#fff" opacity="${0.25 + next() * 0.65}"/>`
  }
  return Array.from({ length: count }, star).join('')
}

function harbour(w: number, h: number, { light, land }: Scene, next: () => number): string {
  const horizon = h * 0.62
  const towers = land.slice(0, -1).flatMap((colour, layer) =>
    Array.from({ length: 9 - layer * 2 }, (_, i) => {
      const length = 9 - layer * 2
      const width = (w / length) * (0.42 + next() * 0.34)
      const height = h * (0.12 + next() * 0.2 + layer * 0.035)
      const x = ((i + 0.15 + next() * 0.25) / length) * w
      const slant = next() > 0.5 ? width * 0.3 : 0
      const body = `M${x} ${horizon} V${horizon - height + slant} L${x + width} ${horizon - height} V${horizon} Z`
      const mirror = `M${x} ${horizon} V${horizon + height * 0.7} H${x + width} V${horizon} Z`
      return `<path d="${body}" fill="${colour}"/><path d="${mirror}" fill="${colour}" opacity="0.28"/>`
    }),
  )
  const glints = Array.from({ length: 46 }, () => {
    const y = horizon + next() ** 1.5 * (h - horizon)
    const length = 12 + ((y - horizon) / (h - horizon)) * w * 0.16 * next()
    const x = w * (0.5 + (next() - 0.5) * (0.2 + (y - horizon) / h))
    return `<rect x="${x - length / 2}" y="${y}" width="${length}" height="${2 + ((y - horizon) / h) * 6}" rx="2" fill="${light}" opacity="${0.2 + next() * 0.5}"/>`
  })
  return `<circle cx="${w / 2}" cy="${horizon - h * 0.2}" r="${Math.min(w, h) * 0.2}" fill="${light}" opacity="0.92"/>
    <rect y="${horizon}" width="${w}" height="${h - horizon}" fill="${land.at(-1)}"/>${towers.join('')}${glints.join('')}`
}

function comets(w: number, h: number, { light, land }: Scene, next: () => number): string {
  const tails = Array.from({ length: 6 }, (_, i) => {
    const [x, y] = [w * (0.25 + 0.62 * next()), h * (0.08 + 0.085 * i)]
    const length = Math.min(w, h) * (0.25 + next() * 0.4)
    const size = 5 + next() * 10
    return `<path d="M${x} ${y} L${x - length} ${y - length * 0.55 - size} L${x - length * 0.94} ${y - length * 0.52 + size} Z" fill="${light}" opacity="0.3"/>
      <path d="M${x + size} ${y + size * 0.6} l${-size * 3} ${-size * 2.6} l${-size * 0.2} ${size * 2.8} Z" fill="${light}"/>`
  })
  return `${stars(w, h * 0.7, 120, next)}${tails.join('')}${hills(w, h, land, 0.35, next)}`
}

const hills = (w: number, h: number, land: readonly string[], sharpness: number, next: () => number) =>
  land
    .map((colour, i) => {
      const baseY = h * (0.68 + (i / land.length) * 0.27)
      return `<path d="${ridge(w, baseY, h * (0.22 - i * 0.03), sharpness, next)}" fill="${colour}"/>`
    })
    .join('')

function clock(w: number, h: number, { light, land }: Scene, next: () => number): string {
  const [x, y, radius] = [w / 2, h * 0.4, Math.min(w, h) * 0.34]
  const ticks = Array.from({ length: 60 }, (_, i) => {
    const length = i % 5 === 0 ? 0.14 : 0.06
    return `<rect x="${x - 2}" y="${y - radius}" width="${i % 5 === 0 ? 5 : 3}" height="${radius * length}" fill="${light}" opacity="${i === 37 ? 1 : 0.75}" transform="rotate(${i * 6} ${x} ${y})"/>`
  })
  return `<circle cx="${x}" cy="${y}" r="${radius * 1.1}" fill="none" stroke="${light}" stroke-width="3" opacity="0.5"/>${ticks.join('')}
    <rect x="${x - 4}" y="${y - radius * 0.78}" width="8" height="${radius * 0.92}" rx="4" fill="${light}" transform="rotate(222 ${x} ${y})"/>
    <circle cx="${x}" cy="${y}" r="12" fill="${light}"/>${hills(w, h, land, 0.1, next)}`
}

function aurora(w: number, h: number, { light, land }: Scene, next: () => number): string {
  const veils = Array.from({ length: 3 }, (_, i) => {
    const y = h * (0.2 + i * 0.1)
    const [a, b] = [next(), next()]
    const wave = `M0 ${y + h * 0.1 * a} C${w * 0.3} ${y - h * 0.16 * b} ${w * 0.55} ${y + h * 0.2 * a} ${w} ${y - h * 0.08}`
    return `<path d="${wave}" fill="none" stroke="${light}" stroke-width="${h * (0.1 - i * 0.02)}" opacity="${0.4 - i * 0.08}" filter="url(#soft)"/>
      <path d="${wave}" fill="none" stroke="${light}" stroke-width="${h * 0.012}" opacity="0.7" filter="url(#fine)"/>`
  })
  return `<filter id="soft" x="-20%" y="-60%" width="140%" height="220%"><feGaussianBlur stdDeviation="${h * 0.03}"/></filter>
    <filter id="fine" x="-20%" y="-60%" width="140%" height="220%"><feGaussianBlur stdDeviation="${h * 0.009}"/></filter>
    ${stars(w, h * 0.65, 130, next)}${veils.join('')}${hills(w, h, land, 0.85, next)}`
}

const DRAW = { harbour, comets, clock, aurora }

function drawn(name: SceneName, width: number, height: number): Buffer {
  const scene = SCENES[name]
  const next = random(name.split('').reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7))
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <linearGradient id="sky" x2="0" y2="1"><stop stop-color="${scene.sky[0]}"/><stop offset="0.75" stop-color="${scene.sky[1]}"/></linearGradient>
    <rect width="${width}" height="${height}" fill="url(#sky)"/>${DRAW[scene.kind](width, height, scene, next)}</svg>`)
}

/** A JPEG. */
export const pictureOf = (name: SceneName, width: number, height: number): Promise<Buffer> =>
  sharp(drawn(name, width, height))
    .jpeg({ quality: 88 })
    .toBuffer()

/** Planes of 8-bit 4:2:0, limited range BT.709; both sides even. */
export type Planes = { width: number; height: number; y: Buffer; u: Buffer; v: Buffer }

export async function planesOf(name: SceneName, width: number, height: number): Promise<Planes> {
  const rgb = await sharp(drawn(name, width, height))
    .removeAlpha()
    .raw()
    .toBuffer()
  const y = Buffer.alloc(width * height)
  const [u, v] = [Buffer.alloc(y.length / 4), Buffer.alloc(y.length / 4)]
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const at = row * width + column
      const [r = 0, g = 0, b = 0] = [rgb[at * 3], rgb[at * 3 + 1], rgb[at * 3 + 2]]
      y[at] = 16.5 + 0.1826 * r + 0.6142 * g + 0.062 * b
      if ((row | column) & 1) continue
      const chroma = (row / 2) * (width / 2) + column / 2
      u[chroma] = 128.5 - 0.1006 * r - 0.3386 * g + 0.4392 * b
      v[chroma] = 128.5 + 0.4392 * r - 0.3989 * g - 0.0403 * b
    }
  return { width, height, y, u, v }
}
