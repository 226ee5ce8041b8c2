// Which processes hold connections: each says that it lives; the connections of one that fell silent are gone.
import type { Coordination } from '../platform/coordination/coordination.ts'

const CHANNEL = 'party-process'
const BEAT_MS = 2000
/** Three beats and some: who is not heard for so long was killed. */
const SILENT_MS = 7000
const MAX_KNOWN = 1000

export type PeersDeps = {
  coordination: Pick<Coordination, 'signal' | 'onSignal'>
  /** Names this run. */
  self: string
  nowMs: () => number
}

export function createPeers({ coordination, self, nowMs }: PeersDeps) {
  const heardAtMs = new Map<string, number>()
  /** Nobody can be told silent before this process has listened for long enough. */
  let listeningSinceMs = nowMs()
  let ownAtMs = nowMs()

  const hear = (id: string): void => {
    const now = nowMs()
    if (id === self) {
      // Its own words did not come back: what others said was lost as well.
      if (now - ownAtMs > 2 * BEAT_MS) listeningSinceMs = now
      ownAtMs = now
    }
    heardAtMs.delete(id)
    heardAtMs.set(id, now)
    const oldest = heardAtMs.size > MAX_KNOWN ? heardAtMs.keys().next().value : undefined
    if (oldest !== undefined) heardAtMs.delete(oldest)
  }

  return {
    start: () => coordination.onSignal(CHANNEL, hear),
    beatMs: BEAT_MS,
    beat: () => coordination.signal(CHANNEL, self),
    /** A connection's name in the room: which process holds it is part of it. */
    connection: (socketId: string): string => `${self}.${socketId}`,
    isOwn: (connection: string): boolean => connection.startsWith(`${self}.`),
    isLost(connection: string): boolean {
      const id = connection.slice(0, connection.indexOf('.'))
      if (id === self) return false
      const now = nowMs()
      if (now - ownAtMs > 2 * BEAT_MS) return false
      return now - Math.max(listeningSinceMs, heardAtMs.get(id) ?? 0) > SILENT_MS
    },
  }
}
export type Peers = ReturnType<typeof createPeers>
