// The built web app, with history fallback: any page address gives `index.html`, a missing file a problem.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { Problem } from '../platform/problem.ts'
import type { Http } from './endpoint.ts'
import { sendProblem } from './problem-reply.ts'

/** Never answered by the web app: what was asked for there is missing. */
const NOT_A_PAGE = /^\/(api|v|artwork|socket\.io|assets|health|ready|metrics)(\/|$|\?)|\.\w{1,5}(\?|$)/

export async function webAssets(http: Http, folder: string): Promise<void> {
  const index = join(folder, 'index.html')
  if (existsSync(index))
    await http.register(fastifyStatic, {
      root: folder,
      // File names under /assets carry a hash of their content.
      setHeaders: (reply, path) =>
        void reply.header(
          'cache-control',
          path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        ),
    })
  http.setNotFoundHandler(async (request, reply) => {
    if (request.method !== 'GET' || NOT_A_PAGE.test(request.url))
      return sendProblem(reply, new Problem('not-found', `Nothing answers ${request.method} here.`))
    // Read anew each time: a page of an old build would ask for assets that went with it.
    const page = await readFile(index).catch(() => null)
    if (!page)
      return sendProblem(reply, new Problem('not-ready', 'The web app is not built. Run npm run build.'))
    return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page)
  })
}
