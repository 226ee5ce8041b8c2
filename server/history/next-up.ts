// Which episode comes next for a viewer (pure).

export type EpisodeSeen = {
  id: string
  seasonNumber: number
  watched: boolean
  positionSeconds: number
  updatedAtMs: number
}

/**
 * `episodes` in their order. The one left unfinished last, else the first unwatched after the one watched last,
 * else the first unwatched of all; specials (season 0) only when nothing else is left. Null when all is watched.
 */
export function nextUp(episodes: readonly EpisodeSeen[]): string | null {
  const regular = episodes.filter((e) => e.seasonNumber > 0)
  const order = [...regular, ...episodes.filter((e) => e.seasonNumber === 0)]
  let newest = -1
  for (const [i, e] of order.entries()) {
    if (!e.watched && e.positionSeconds <= 0) continue
    if (newest < 0 || e.updatedAtMs >= (order[newest]?.updatedAtMs ?? 0)) newest = i
  }
  const last = order[newest]
  if (last && !last.watched) return last.id
  const after = order.slice(newest + 1).find((e) => !e.watched)
  return (after ?? order.find((e) => !e.watched))?.id ?? null
}
