// Tables of libraries: their folders, and the files in them.
export type LibraryTable = { id: string; name: string; kind: string; created_at_ms: number }

/** `state`: available, unavailable (cannot be read, or looks unmounted). */
export type LibraryFolderTable = { id: string; library_id: string; path: string; state: string }

export type MediaFileTable = {
  id: string
  library_id: string
  folder_id: string
  /** Below the folder, with `/`. */
  relative_path: string
  size_bytes: number
  modified_at_ms: number
  inode: string
  /** Hash of size, head and tail: finds a moved file again. Empty until the file was opened. */
  fingerprint: string
  /** new, ready, broken. */
  state: string
  is_offline: number
  /** Since when it counts as gone; null while it is there, or while a whole folder is away. */
  gone_at_ms: number | null
  reason: string | null
  added_at_ms: number
  container: string | null
  duration_seconds: number | null
  bitrate_bps: number | null
  /** 0 until the catalogue has been told of what the file is now. */
  is_announced: number
  /** missed: the last walk did not meet it. arrived: new, and not opened yet. Else empty. */
  sighting: string
}

/** `info`: a `MediaInfo` as JSON. */
export type FileMediaTable = { file_id: string; info: string }

/** One video, audio or subtitle track; `language` ISO 639-2/T, `hdr` an `HdrKind`. */
export type FileTrackTable = {
  file_id: string
  track_index: number
  kind: 'video' | 'audio' | 'subtitle'
  codec: string
  profile: string | null
  language: string | null
  title: string | null
  width: number | null
  height: number | null
  frame_rate: number | null
  bit_depth: number | null
  hdr: string | null
  channels: number | null
  sample_rate_hz: number | null
  bitrate_bps: number | null
  is_default: number
  is_forced: number
  is_hearing_impaired: number
  is_commentary: number
}

export type FileChapterTable = {
  file_id: string
  position: number
  start_seconds: number
  end_seconds: number
  title: string | null
}

export type FileAttachmentTable = {
  file_id: string
  track_index: number
  kind: string
  file_name: string | null
  mime_type: string | null
  size_bytes: number | null
}

/** `times`: JSON array of seconds after the file's start, or `null` when the file has no index. */
export type FileKeyframesTable = { file_id: string; track_index: number; times: string }

export type FileSidecarTable = {
  id: string
  folder_id: string
  file_id: string
  relative_path: string
  format: string
  language: string | null
  is_forced: number
  is_hearing_impaired: number
}

/** The newest scan of each library; `progress` as JSON. */
export type LibraryScanTable = { library_id: string; progress: string }

export type LibraryTables = {
  libraries: LibraryTable
  library_folders: LibraryFolderTable
  media_files: MediaFileTable
  file_media: FileMediaTable
  file_tracks: FileTrackTable
  file_chapters: FileChapterTable
  file_attachments: FileAttachmentTable
  file_keyframes: FileKeyframesTable
  file_sidecars: FileSidecarTable
  library_scans: LibraryScanTable
}
