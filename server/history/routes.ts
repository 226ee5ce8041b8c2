// The history feature's HTTP, and the home page that is made of it.
import { getHome } from '#shared/api/catalog.ts'
import { saveProgress, setFavourite, setWatched } from '#shared/api/history.ts'
import { type Http, serve } from '../http/endpoint.ts'
import type { History } from './history.ts'

export function historyRoutes(http: Http, history: History): void {
  serve(http, getHome, (_, { viewer }) => history.home(viewer.id))
  serve(http, saveProgress, ({ params, body }, { viewer }) =>
    history.saveProgress(viewer.id, params.id, body),
  )
  serve(http, setWatched, ({ params, body }, { viewer }) =>
    history.setWatched(viewer.id, params.id, body.watched),
  )
  serve(http, setFavourite, ({ params, body }, { viewer }) =>
    history.setFavourite(viewer.id, params.id, body.favourite),
  )
}
