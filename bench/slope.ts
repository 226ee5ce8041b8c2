// What grows with each part of a long run (pure).

/** Growth a part, by the least squares through all points but the first, which fills caches; null for fewer than three. */
export function slopeOf(points: readonly number[]): number | null {
  const used = points.slice(1)
  if (used.length < 2) return null
  const middle = (used.length - 1) / 2
  const mean = used.reduce((sum, y) => sum + y, 0) / used.length
  const covariance = used.reduce((sum, y, x) => sum + (x - middle) * (y - mean), 0)
  const variance = used.reduce((sum, _, x) => sum + (x - middle) ** 2, 0)
  return covariance / variance
}
