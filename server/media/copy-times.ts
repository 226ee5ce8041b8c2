// Decode times of a copied video segment from its presentation times (pure).

/**
 * Durations in decode order for samples with these presentation times. They fill the segment from `start` to `end`
 * exactly and depend on nothing outside of it, so that any head makes the same segment. Decode times are the sorted
 * presentation times where these allow it; pictures that belong before the keyframe (open GOP) or share a time make
 * them even steps.
 */
export function sampleDurations(times: readonly number[], start: number, end: number): number[] {
  const count = times.length
  const sorted = times.toSorted((a, b) => a - b)
  const steps = sorted.map((time, index) => (sorted[index + 1] ?? end) - time)
  if (sorted[0] === start && steps.every((step) => step > 0)) return steps
  const at = (index: number) => start + Math.floor(((end - start) * index) / count)
  return times.map((_, index) => at(index + 1) - at(index))
}

/** The end of a track's last segment: the wanted one, unless pictures lie behind it. */
export function lastEnd(times: readonly number[], wanted: number): number {
  const first = Math.min(...times)
  const last = Math.max(...times)
  if (wanted > last) return wanted
  const step = times.length > 1 ? Math.max(1, Math.round((last - first) / (times.length - 1))) : 1
  return last + step
}
