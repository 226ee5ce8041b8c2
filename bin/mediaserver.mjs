#!/usr/bin/env node
// Starts MediaServer with nothing but Node 20 and npm: installs what is missing, builds the web app, hands over to the bundled Node.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const BIN = join(ROOT, 'node_modules', '.bin')
const WINDOWS = process.platform === 'win32'

if (Number(process.versions.node.split('.')[0]) < 20) {
  process.stderr.write(`MediaServer needs Node 20 or newer to start; this is ${process.version}.\n`)
  process.exit(1)
}

const fail = (message) => {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

/** Runs a set-up step; what it prints goes to the error stream, so that piped output stays clean. */
function step(name, command, args) {
  process.stderr.write(`${name} …\n`)
  const env = { ...process.env, PATH: `${BIN}${WINDOWS ? ';' : ':'}${process.env.PATH ?? ''}` }
  const result = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
    shell: WINDOWS,
    encoding: 'utf8',
  })
  if (result.status === 0) return
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`)
  fail(
    `${name} failed${result.error ? `: ${result.error.message}` : ''}. Fix what is said above and start again.`,
  )
}

const stampFile = (name) => join(ROOT, 'node_modules', `.mediaserver-${name}`)
const stampOf = (name) => (existsSync(stampFile(name)) ? readFileSync(stampFile(name), 'utf8') : '')

/** Content of what the step depends on: a changed lock file or source makes the step run again. */
function fingerprint(paths) {
  const hash = createHash('sha256')
  const add = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (!stat) return
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name))
    else hash.update(`${path.slice(ROOT.length)} ${stat.size} ${stat.mtimeMs}\n`)
  }
  for (const path of paths) add(join(ROOT, path))
  return hash.digest('hex')
}

export function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
  if (stampOf('installed') === lock && existsSync(BIN)) return
  // What was built from an older set must be built again.
  step('Installing what is needed (once, about half a minute)', 'npm', [
    'ci',
    '--no-audit',
    '--no-fund',
    '--include=dev',
  ])
  writeFileSync(stampFile('installed'), lock)
}

export function build() {
  const sources = fingerprint(['web', 'shared', 'vite.config.ts', 'package-lock.json', 'index.html'])
  if (stampOf('built') === sources && existsSync(join(ROOT, 'dist', 'web', 'index.html'))) return
  if (!existsSync(join(ROOT, 'vite.config.ts')) && existsSync(join(ROOT, 'dist', 'web', 'index.html'))) return
  // It builds, too: what it lacks is better said in a sentence of its own.
  nodeProgram()
  step('Building the web app', 'npm', ['run', '--silent', 'build'])
  mkdirSync(join(ROOT, 'node_modules'), { recursive: true })
  writeFileSync(stampFile('built'), sources)
}

/** What the bundled Node lacks on this system, as its loader says it; empty where it runs. */
function lackOf(bundled) {
  const { status, stderr, error } = spawnSync(bundled, ['--version'], { encoding: 'utf8', shell: WINDOWS })
  return status === 0 ? '' : `${stderr ?? ''}${error?.message ?? ''}`.trim() || `it ends with ${status}`
}

/** The bundled Node; a newer one of the user's own where the bundled was removed (containers) or does not run. */
export function nodeProgram() {
  const bundled = join(BIN, WINDOWS ? 'node.cmd' : 'node')
  const lack = existsSync(bundled) ? lackOf(bundled) : 'it is missing from node_modules'
  if (lack === '') return bundled
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 24 || (major === 24 && minor >= 15)) return process.execPath
  const advice = lack.includes('libatomic')
    ? 'Install its library: apt install libatomic1 (Debian, Ubuntu), dnf install libatomic (Fedora).'
    : 'Run npm ci, or start with a Node of 24.15 or newer.'
  return fail(`The Node that comes with the packages does not run here: ${lack}\n${advice}`)
}

/** Runs a program with this terminal, passes signals on, and ends as it ends. */
export function handOver(args, env = process.env) {
  const child = spawn(nodeProgram(), args, { cwd: process.cwd(), stdio: 'inherit', shell: WINDOWS, env })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal ? 128 : (code ?? 1)))
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1]) {
  const args = process.argv.slice(2)
  install()
  if (!args.some((a) => ['--help', '-h', '--version'].includes(a))) build()
  handOver([join(ROOT, 'server', 'main.ts'), ...args], {
    ...process.env,
    INIT_CWD: process.env.INIT_CWD ?? process.cwd(),
  })
}
