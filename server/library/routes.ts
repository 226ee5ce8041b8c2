// The library feature's HTTP.
import {
  addLibrary,
  browseFolders,
  changeLibrary,
  listLibraries,
  listMediaFiles,
  removeLibrary,
  scanLibrary,
} from '#shared/api/library.ts'
import { type Http, serve } from '../http/endpoint.ts'
import type { Library } from './library.ts'

export function libraryRoutes(http: Http, library: Library): void {
  serve(http, listLibraries, async () => ({ items: await library.list() }))
  serve(http, addLibrary, ({ body }) => library.add(body))
  serve(http, changeLibrary, ({ params, body }) => library.change(params.id, body))
  serve(http, removeLibrary, async ({ params }) => {
    await library.remove(params.id)
    return {}
  })
  serve(http, scanLibrary, ({ params, body }) => library.startScan({ libraryId: params.id, ...body }))
  serve(http, browseFolders, ({ query }) => library.browse(query.path))
  serve(http, listMediaFiles, ({ query }) => library.mediaFiles(query))
}
