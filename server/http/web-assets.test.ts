// The web app is built anew under a running server: pages and assets are those of the new build.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fastify from 'fastify'
import type { Http } from './endpoint.ts'
import { webAssets } from './web-assets.ts'

function build(folder: string, name: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'index.html'), `<script src="/assets/${name}.js"></script>`)
  writeFileSync(join(folder, 'assets', `${name}.js`), `console.log('${name}')`)
}

test('a build under a running server', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'web-'))
  t.after(() => rmSync(folder, { recursive: true }))
  build(folder, 'first')
  await using http = fastify()
  await webAssets(http as unknown as Http, folder)
  const get = (url: string) => http.inject({ url })

  assert.match((await get('/title/1')).body, /first\.js/)
  build(folder, 'second')
  assert.match((await get('/')).body, /second\.js/)
  const asset = await get('/assets/second.js')
  assert.equal(asset.statusCode, 200)
  assert.match(String(asset.headers['cache-control']), /immutable/)
  const gone = await get('/assets/first.js')
  assert.equal(gone.statusCode, 404)
  assert.match(String(gone.headers['content-type']), /problem\+json/)
})
