// What jobs and conversions are about, by name: a title, a file, a library, a person; one look-up of each kind for all.
import { readablePath } from '../platform/path-text.ts'

export type SubjectsDeps = {
  /** Names by id; what is gone is left out. */
  titleNames: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>
  titlesOfFiles: (fileIds: readonly string[]) => Promise<readonly { file_id: string; title_id: string }[]>
  file: (id: string) => Promise<{ relativePath: string } | null>
  libraries: () => Promise<readonly { id: string; name: string }[]>
  people: () => Promise<readonly { id: string; name: string }[]>
}

type Subject = Partial<Record<'titleId' | 'fileId' | 'libraryId' | 'personId', unknown>>

export function createSubjects(deps: SubjectsDeps) {
  const byId = async (of: SubjectsDeps['libraries'], ids: readonly string[]): Promise<Map<string, string>> =>
    new Map(ids.length > 0 ? (await of()).map(({ id, name }) => [id, name]) : [])

  /** A file that plays no title yet goes by its path. */
  async function fileNames(ids: readonly string[]): Promise<Map<string, string>> {
    const links = await deps.titlesOfFiles(ids)
    const titles = await deps.titleNames([...new Set(links.map((link) => link.title_id))])
    const names = new Map(
      links.flatMap((link) => {
        const name = titles.get(link.title_id)
        return name === undefined ? [] : [[link.file_id, name] as const]
      }),
    )
    for (const id of ids) {
      const file = names.has(id) ? null : await deps.file(id)
      if (file) names.set(id, readablePath(file.relativePath))
    }
    return names
  }

  /** The name of each, in order; null where there is nothing to name. Takes payloads of jobs as they are. */
  return async (asked: readonly unknown[]): Promise<(string | null)[]> => {
    const subjects = asked.map((one) => (typeof one === 'object' && one !== null ? (one as Subject) : {}))
    const idsOf = (kind: keyof Subject): string[] => [
      ...new Set(subjects.flatMap(({ [kind]: id }) => (typeof id === 'string' ? [id] : []))),
    ]
    const [titles, files, libraries, people] = await Promise.all([
      deps.titleNames(idsOf('titleId')),
      fileNames(idsOf('fileId')),
      byId(deps.libraries, idsOf('libraryId')),
      byId(deps.people, idsOf('personId')),
    ])
    const found = (names: ReadonlyMap<string, string>, id: unknown) =>
      typeof id === 'string' ? names.get(id) : undefined
    return subjects.map(
      ({ titleId, fileId, libraryId, personId }) =>
        found(titles, titleId) ??
        found(files, fileId) ??
        found(libraries, libraryId) ??
        found(people, personId) ??
        null,
    )
  }
}
