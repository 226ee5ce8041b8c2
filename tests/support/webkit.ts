// WebKitGTK's small browser on a screen of its own, driven through W3C WebDriver: just enough to open pages and run scripts.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './servers.ts'

const DRIVER = '/usr/bin/WebKitWebDriver'
const SCREEN = '/usr/bin/Xvfb'
const [BROWSER] = globSync('/usr/lib/*/webkit2gtk-4.*/MiniBrowser')

export const NO_WEBKIT =
  existsSync(DRIVER) && existsSync(SCREEN) && BROWSER
    ? false
    : 'needs webkit2gtk-driver and xvfb on this machine'

/** A screen that nobody looks at; it says by itself which number it took. */
async function openScreen(): Promise<{ screen: ChildProcess; display: string }> {
  const screen = spawn(SCREEN, ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const [number] = await once(screen.stdio[3]!, 'data')
  return { screen, display: `:${String(number).trim()}` }
}

export async function openWebKit({ width, height }: { width: number; height: number }) {
  const port = await freePort()
  const { screen, display } = await openScreen()
  const driver = spawn(DRIVER, ['-p', `${port}`], {
    env: { ...process.env, DISPLAY: display },
    stdio: 'ignore',
  })
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    })
    const { value } = (await response.json()) as { value: T & { error?: string; message?: string } }
    if (!response.ok) throw new Error(`${method} ${path}: ${value.error} ${value.message}`)
    return value
  }
  const close = async (): Promise<void> => {
    for (const child of [driver, screen]) if (child.kill()) await once(child, 'exit')
  }
  try {
    for (let tries = 0; tries < 200; tries++) {
      const isReady = await ask('GET', '/status').then(
        () => true,
        () => false,
      )
      if (isReady) break
      await sleep(25)
    }
    const { sessionId } = await ask<{ sessionId: string }>('POST', '/session', {
      capabilities: {
        alwaysMatch: {
          'webkitgtk:browserOptions': {
            binary: BROWSER,
            args: ['--automation', `--geometry=${width}x${height}`, '--autoplay-policy=allow'],
          },
        },
      },
    })
    const session = `/session/${sessionId}`
    await ask('POST', `${session}/timeouts`, { script: 60_000, pageLoad: 60_000 })
    return {
      /** The value of an expression, once it is there if it is a promise. */
      evaluate: <T>(code: string) =>
        ask<T>('POST', `${session}/execute/sync`, { script: `return (${code})`, args: [] }),
      goto: (url: string) => ask<null>('POST', `${session}/url`, { url }),
      async [Symbol.asyncDispose]() {
        await ask('DELETE', session).catch(() => undefined)
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}
