// What a member tells the group of itself: how far off it is and how much it has loaded, and that it ran dry.
import { type FollowedPlayer, bufferedFrom } from './followed-player.ts'
import type { PartyRoom } from './room.ts'

/** Missing data for less than this is not told to the group. */
const STALL_MS = 400

export type ReportedRoom = Pick<PartyRoom, 'view' | 'buffering' | 'status'> & {
  clock: Pick<PartyRoom['clock'], 'estimate'>
}

const tenth = (value: number): number => Math.round(value * 10) / 10

export function createReports({ player, room }: { player: FollowedPlayer; room: ReportedRoom }) {
  let stalledSinceMs: number | null = null
  let isTold = false

  return {
    /** The group knows that this member ran dry. */
    isTold: (): boolean => isTold,

    /** Playback is somewhere else: that the member ran dry before is forgotten there. */
    forget(): void {
      isTold = false
    },

    status(driftMs: number | null): void {
      const estimate = room.clock.estimate()
      if (!estimate || room.view.get().phase !== 'joined') return
      room.status({
        driftMs: driftMs === null ? null : tenth(driftMs),
        bufferedSeconds: tenth(bufferedFrom(player, player.currentTime)),
        roundTripMs: Math.max(0, estimate.roundTripMs),
        uncertaintyMs: Math.max(0, estimate.uncertaintyMs),
      })
    },

    /** Looked at again and again; `seq` is the state that the member follows. */
    stall(nowMs: number, seq: number, isStalled: boolean): void {
      if (!isStalled) {
        stalledSinceMs = null
        if (isTold) room.buffering(seq, false)
        isTold = false
        return
      }
      stalledSinceMs ??= nowMs
      if (nowMs - stalledSinceMs < STALL_MS || isTold) return
      isTold = true
      room.buffering(seq, true)
    },
  }
}
