// What walks find.
import type { Sidecar } from './sidecars.ts'

export type SeenFile = {
  /** Below the root, with `/`. */
  relativePath: string
  sizeBytes: number
  modifiedAtMs: number
  /** `device:number`. */
  inode: string
}

/** In the order of their paths (`comparePaths`), each kind by itself. */
export type Walked =
  | { kind: 'media'; file: SeenFile }
  /** A subtitle file that belongs to a media file; those of nobody are left out. */
  | { kind: 'sidecar'; sidecar: Sidecar }
  /** A folder that could not be listed: what is below it is unknown, not gone. */
  | { kind: 'unreadable'; relativePath: string }
