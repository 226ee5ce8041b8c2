// A real Prometheus that scrapes a server of a test, and answers questions.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const NO_PROMETHEUS =
  spawnSync('prometheus', ['--version']).status === 0 && spawnSync('promtool', ['--version']).status === 0
    ? false
    : 'needs prometheus and promtool (Debian: prometheus)'

export type Series = { metric: Record<string, string>; value: [number, string] }
type Answer<T> = { status: string; error?: string; data: T }

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

export async function startPrometheus(targetPort: number, rules: string) {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'))
  const port = await freePort()
  // JSON is YAML.
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [resolve(rules)],
    scrape_configs: [{ job_name: 'mediaserver', static_configs: [{ targets: [`127.0.0.1:${targetPort}`] }] }],
  }
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config))
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-4000)))
  const url = `http://127.0.0.1:${port}`
  const pause = () => new Promise((go) => setTimeout(go, 100))

  const ask = async <T>(path: string): Promise<T> => {
    const reply = (await (await fetch(`${url}/api/v1/${path}`)).json()) as Answer<T>
    if (reply.status !== 'success') throw new Error(`${decodeURIComponent(path)}: ${reply.error}`)
    return reply.data
  }
  const query = async (expr: string): Promise<Series[]> =>
    (await ask<{ result: Series[] }>(`query?query=${encodeURIComponent(expr)}`)).result

  while (!(await fetch(`${url}/-/ready`).catch(() => null))?.ok) {
    if (child.exitCode !== null) throw new Error(`Prometheus did not start: ${words}`)
    await pause()
  }
  return {
    query,
    /** Each rule and whether it could be evaluated. */
    rules: async () => {
      for (;;) {
        const { groups } = await ask<{ groups: { rules: { name: string; health: string }[] }[] }>('rules')
        const rules = groups.flatMap((group) => group.rules)
        if (rules.length > 0 && rules.every(({ health }) => health !== 'unknown')) return rules
        await pause()
      }
    },
    /** Resolves when so many more scrapes are in. */
    async scraped(count: number): Promise<void> {
      const scrapes = async () =>
        Number((await query('count_over_time(up{job="mediaserver"}[1h])'))[0]?.value[1] ?? 0)
      const wanted = (await scrapes()) + count
      while ((await scrapes()) < wanted) await pause()
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) {
        child.kill()
        await once(child, 'exit')
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
