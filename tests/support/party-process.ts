// A party server in a process of its own, to be killed and started again on the same data and port.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const CHILD = new URL('./party-child.ts', import.meta.url)

export async function startPartyProcess() {
  const dataPath = await mkdtemp(join(tmpdir(), 'party-process-'))
  let child: ChildProcess
  const start = async (port: number): Promise<number> => {
    child = fork(CHILD, [JSON.stringify({ dataPath, port })])
    const [said] = (await once(child, 'message')) as [{ port: number }]
    return said.port
  }
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const port = await start(0)
  return {
    url: `http://127.0.0.1:${port}`,
    /** As by `kill -9`. */
    kill,
    startAgain: () => start(port),
    async [Symbol.asyncDispose]() {
      await kill()
      await rm(dataPath, { recursive: true, force: true })
    },
  }
}
