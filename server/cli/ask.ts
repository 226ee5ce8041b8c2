// Asks for a password: unseen in a terminal, else the first line of the input.
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { StartupFault } from '../platform/startup-fault.ts'

export async function askPassword(prompt: string): Promise<string> {
  const isTerminal = process.stdin.isTTY === true
  if (isTerminal) process.stderr.write(prompt)
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: unseen, terminal: isTerminal })
  try {
    for await (const line of lines) return line
  } finally {
    lines.close()
    if (isTerminal) process.stderr.write('\n')
  }
  throw new StartupFault('No password was given: type it, or send it as the first line of the input.')
}
