// Who holds the party up, in few words (pure): three by name, the others counted.
import type { MemberView, Waiting } from '#shared/party/protocol.ts'

const MOST_NAMES = 3

export function waitedFor(
  waiting: Waiting | null,
  members: readonly Pick<MemberView, 'id' | 'name'>[],
): { shown: string; more: number } {
  if (!waiting) return { shown: '', more: 0 }
  const names = members
    .filter((m) => waiting.memberIds.includes(m.id))
    .slice(0, MOST_NAMES)
    .map((m) => m.name)
  return { shown: names.join(', '), more: names.length > 0 ? waiting.count - names.length : 0 }
}
