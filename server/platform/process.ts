// Runs one of our own scripts as a child process: argument array, lines of its output, abort; fails with what it said last.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export function runScript(
  scriptPath: string,
  args: readonly string[],
  options: {
    onLine?: (line: string) => void
    signal?: AbortSignal
    env?: Readonly<Record<string, string>>
  } = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [scriptPath, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: options.env ?? {},
      ...(options.signal && { signal: options.signal }),
    })
    let tail = ''
    createInterface({ input: child.stdout }).on('line', (line) => options.onLine?.(line))
    child.stderr.on('data', (bytes: Buffer) => {
      tail = (tail + bytes.toString()).slice(-2000)
    })
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${scriptPath} ended with ${code}: ${tail.trim()}`)),
    )
  })
}
