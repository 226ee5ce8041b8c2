// The dashboard shows data and the alert rules work: asked of a real Prometheus beside a server that was really used.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { listLibraries, scanLibrary } from '../shared/api/library.ts'
import { createTestApp } from './support/app.ts'
import { lookAround, party, watch } from './support/busy-server.ts'
import { makeFilms, NO_FFMPEG } from './support/films.ts'
import { NO_PROMETHEUS, type Series, startPrometheus } from './support/prometheus.ts'
import { untilScanned } from './support/scanned.ts'

const METRIC = /\bmediaserver_[a-z0-9_]+\b/g
const ALERTS = 'docs/alerts.yaml'

test('every metric that the documents name is there', async () => {
  await using at = await createTestApp()
  const text = await (await fetch(`${at.url}/metrics`)).text()
  const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map((m) => m[1] ?? ''))
  for (const path of ['docs/grafana-dashboard.json', ALERTS, 'docs/operations.md']) {
    const named = [...readFileSync(path, 'utf8').matchAll(METRIC)].map((m) =>
      m[0].replace(/_(bucket|count|sum)$/, ''),
    )
    assert.ok(named.length >= 5)
    assert.deepEqual(
      [...new Set(named)].filter((name) => !known.has(name)),
      [],
      path,
    )
  }
})

test('each alert fires when it should and only then', { skip: NO_PROMETHEUS }, () => {
  const run = spawnSync('promtool', ['test', 'rules', 'tests/support/alerts.test.yaml'], {
    encoding: 'utf8',
  })
  assert.equal(run.status, 0, `${run.stdout}${run.stderr}`)
  const named = (path: string, pattern: RegExp) =>
    new Set([...readFileSync(path, 'utf8').matchAll(pattern)].map((m) => m[1]))
  assert.deepEqual(
    named('tests/support/alerts.test.yaml', /alertname: (\w+)/g),
    named(ALERTS, /alert: (\w+)/g),
    'every alert is tried',
  )
})

type Dashboard = { panels: { title: string; targets?: { expr: string; legendFormat: string }[] }[] }

test('every panel shows data of a used server', { skip: NO_PROMETHEUS || NO_FFMPEG }, async () => {
  using films = makeFilms()
  await using at = await createTestApp({ folders: [films.films] })
  const owner = await at.owner()
  await untilScanned(owner)
  await using prometheus = await startPrometheus(at.app.port, ALERTS)
  // A rate is the difference of two scrapes: the same day twice.
  for (let day = 0; day < 2; day++) {
    const name = ['Monday', 'Tuesday'][day] ?? ''
    films.add(`${name} (2020).mp4`)
    for (const { id } of (await owner.call(listLibraries, {})).items)
      await owner.call(scanLibrary, { params: { id }, body: {} })
    const titleId = await lookAround(owner, name)
    await watch(owner, titleId)
    await party(owner, at.url, titleId)
    await prometheus.scraped(2)
  }

  const text = await (await fetch(`${at.url}/metrics`)).text()
  const check = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
  assert.equal(`${check.stdout}${check.stderr}`, '', 'names and units by Prometheus’ rules')

  const { panels } = JSON.parse(readFileSync('docs/grafana-dashboard.json', 'utf8')) as Dashboard
  const empty: string[] = []
  for (const { title, targets = [] } of panels)
    for (const { expr, legendFormat } of targets) {
      const series = await prometheus.query(expr)
      const labels = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1] ?? '')
      const shows = ({ metric, value }: Series) =>
        Number.isFinite(Number(value[1])) && labels.every((label) => metric[label] !== undefined)
      if (!series.some(shows)) empty.push(`${title}: ${expr}`)
    }
  assert.deepEqual(empty, [])
  assert.deepEqual(
    (await prometheus.rules()).filter(({ health }) => health !== 'ok'),
    [],
  )
})
