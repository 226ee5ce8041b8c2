// A map that forgets: bounded, the oldest entry goes first.

/** Puts an entry at the young end and drops the oldest beyond the limit. */
export function remember<K, V>(map: Map<K, V>, key: K, value: V, limit: number): void {
  map.delete(key)
  map.set(key, value)
  for (const oldest of map.keys()) {
    if (map.size <= limit) return
    map.delete(oldest)
  }
}
