// The dashboard, the alert rules and the operations page name only metrics that the server gives.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createTestApp } from './support/app.ts'

const METRIC = /\bmediaserver_[a-z0-9_]+\b/g

test('every metric that the documents name is there', async () => {
  await using at = await createTestApp()
  const text = await (await fetch(`${at.url}/metrics`)).text()
  const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map((m) => m[1] ?? ''))
  for (const path of ['docs/grafana-dashboard.json', 'docs/alerts.yaml', 'docs/operations.md']) {
    const named = [...readFileSync(path, 'utf8').matchAll(METRIC)].map((m) => m[0].replace(/_bucket$/, ''))
    assert.ok(named.length >= 5)
    assert.deepEqual(
      [...new Set(named)].filter((name) => !known.has(name)),
      [],
      path,
    )
  }
})
