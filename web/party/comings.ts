// Who came and who went between two lists of members (pure): a reconnection of a moment is neither.
import type { MemberView } from '#shared/party/protocol.ts'

/** More at once is a crowd: its names are not read out one by one. */
const NAMED_AT_ONCE = 3

export function comingsAndGoings(
  before: readonly MemberView[] | null,
  after: readonly MemberView[],
  you: string | null,
): { came: string[]; went: string[] } {
  if (before === null) return { came: [], went: [] }
  const here = (list: readonly MemberView[]) => new Set(list.filter((m) => m.connected).map((m) => m.id))
  const were = here(before)
  const are = here(after)
  const names = (list: readonly MemberView[], isIn: (id: string) => boolean) =>
    list.filter((m) => m.id !== you && isIn(m.id)).map((m) => m.name)
  return {
    came: names(after, (id) => are.has(id) && !were.has(id)).slice(0, NAMED_AT_ONCE),
    went: names(before, (id) => were.has(id) && !are.has(id)).slice(0, NAMED_AT_ONCE),
  }
}
