// What playback needs to know where several processes serve one installation; a single process has none of it.
import type { Coordination } from '../../platform/coordination/coordination.ts'

export type Cluster = {
  coordination: Coordination
  /** Where the other processes reach this one. */
  ownUrl: string
  /** Known to this installation's processes alone. */
  secret: string
  /** This process takes encodes; else it only asks for them. */
  isEncoder: boolean
}

/** Where one process asks another for a segment. */
export const SEGMENT_PATH = '/internal/segments'
