// Artwork for titles without any: two hues from the title's id, so that it is always the same.
/** FNV-1a: short, and near ids lead to far hues. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** Dark enough for white type to stand out (at least 4.5:1) on all hues. */
export function gradientOf(id: string): string {
  const hash = hashOf(id)
  const hue = hash % 360
  const turn = 30 + ((hash >>> 9) % 50)
  const angle = 125 + ((hash >>> 15) % 60)
  return [
    `radial-gradient(120% 90% at 85% 0%, oklch(0.5 0.1 ${(hue + turn) % 360} / 0.75), transparent 60%)`,
    `linear-gradient(${angle}deg, oklch(0.4 0.085 ${hue}), oklch(0.2 0.045 ${(hue + 330) % 360}))`,
  ].join(', ')
}
