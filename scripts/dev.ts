// The server with reload on port 8096 and the web app with hot reload before it, in one terminal.
import { spawn } from 'node:child_process'

const children = [
  spawn(process.execPath, ['--watch', 'server/main.ts', ...process.argv.slice(2)], { stdio: 'inherit' }),
  spawn('vite', ['--clearScreen', 'false'], { stdio: 'inherit', shell: process.platform === 'win32' }),
]

function stop(): void {
  for (const child of children) child.kill('SIGTERM')
}

for (const child of children) child.once('exit', stop)
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
