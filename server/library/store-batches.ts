// How much the library's SQL does in one go.

/** Rows per transaction: the one connection is free again soon. Also below SQLite's limit of bound values. */
export const BATCH = 500
/** Rows of an insert: composing one of 500 wide rows alone takes the event loop 20 ms. */
export const INSERT_ROWS = 100

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
