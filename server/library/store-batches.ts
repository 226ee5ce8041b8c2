// How much the library's SQL does in one go.

/** Rows per transaction: the one connection is free again soon. Also below SQLite's limit of bound values. */
export const BATCH = 500
/** Rows of an insert: composing one of 500 wide rows alone takes the event loop 20 ms. */
export const INSERT_ROWS = 50

export const batches = <T>(items: readonly T[], size = BATCH): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, nth) =>
    items.slice(nth * size, (nth + 1) * size),
  )

/** Rows read in one go. */
export const KNOWN_PAGE = 1000

/** A folder of a library, or what is below a path in it. */
export type Place = { folderId: string; subPath: string }

/** Lets the server answer in between. */
export const beat = () => new Promise<void>((go) => setImmediate(go))

/** What is known below a folder, page by page in the order of paths. `read` answers `KNOWN_PAGE` rows behind a path. */
export async function* pagesBelow<Row extends { relative_path: string }>(
  subPath: string,
  read: (after: string) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  for (let after = subPath === '' ? '' : `${subPath}/`; ;) {
    const rows = await read(after)
    const last = rows.at(-1)
    if (!last) return
    after = last.relative_path
    yield rows
    if (rows.length < KNOWN_PAGE) return
    await beat()
  }
}
