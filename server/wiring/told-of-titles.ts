// What playback and parties are told of titles and their files: catalogue and library speak through functions handed to them.
import type { Viewer } from '#shared/viewer.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Library } from '../library/library.ts'
import type { Party } from '../party/party.ts'
import { Problem } from '../platform/problem.ts'

/** An episode's own name says little without its series. */
export const fullName = (title: {
  name: string
  showName: string | null
  seasonNumber: number | null
  episodeNumber: number | null
}) =>
  title.showName === null
    ? title.name
    : `${title.showName} ${title.seasonNumber ?? 0}×${title.episodeNumber ?? '?'} ${title.name}`

export type ToldDeps = {
  catalog: Pick<Catalog, 'title'>
  library: Pick<Library, 'file' | 'sidecars'>
}

export function tellOfTitles({ catalog, library }: ToldDeps) {
  return {
    /** Null where nothing of it can be watched together. */
    async forParty(titleId: string, fileId: string | null) {
      const title = await catalog.title('', titleId).catch(() => null)
      const file = title?.files.find((f) => (fileId === null ? !f.offline : f.fileId === fileId))
      if (!title || !file?.durationSeconds) return null
      // One file for all: personal versions would end at different moments.
      return {
        titleId,
        titleName: fullName(title),
        fileId: file.fileId,
        durationSeconds: file.durationSeconds,
      }
    },

    async forPlayback(viewer: Viewer, titleId: string, party: Pick<Party, 'guestMayPlay'>) {
      if (viewer.kind === 'guest' && !(await party.guestMayPlay(viewer, titleId)))
        throw new Problem('not-allowed', 'Guests of a party see what it plays and nothing else.')
      const title = await catalog.title(viewer.id, titleId)
      return {
        name: fullName(title),
        fileIds: title.files.map((f) => f.fileId),
        resumeSeconds: title.state.watched ? 0 : title.state.positionSeconds,
        nextTitleId: title.nextId,
      }
    },

    /** Subtitle files beside a file, by absolute path. */
    async sidecars(fileId: string) {
      const file = await library.file(fileId)
      if (!file) return []
      const folder = file.path.slice(0, file.path.length - file.relativePath.length)
      return (await library.sidecars(fileId)).map((s) => ({
        path: `${folder}${s.relative_path}`,
        format: s.format,
        language: s.language,
        isForced: s.is_forced === 1,
        isHearingImpaired: s.is_hearing_impaired === 1,
      }))
    },
  }
}
