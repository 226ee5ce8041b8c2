// A party's browsers: Chromium windows of their own and Firefox, each a page that notes its frames.
import type { Browser, BrowserContext } from 'playwright-core'
import { openChromium as launchChromium } from './chromium.ts'
import { launchFirefox } from './firefox.ts'
import { type EvaluatingPage, noteFrames } from './party-pages.ts'

export type BenchPage = EvaluatingPage &
  AsyncDisposable & {
    engine: 'chromium' | 'firefox'
    goto: (url: string) => Promise<void>
    cookie: (url: string, name: string, value: string) => Promise<void>
    key: (key: string) => Promise<void>
    reload: () => Promise<void>
    screenshot: () => Promise<Uint8Array>
  }

/** A window of its own, signed in by these cookies, whose frames are noted. */
export async function openContext(
  browser: Browser,
  origin: string,
  cookies: ReadonlyMap<string, string> = new Map(),
): Promise<BrowserContext> {
  const context = await browser.newContext()
  await context.addInitScript(noteFrames)
  for (const [name, value] of cookies)
    await context.addCookies([{ name, value: decodeURIComponent(value), url: origin }])
  return context
}

export async function openChromium(): Promise<BenchPage> {
  const browser = await launchChromium()
  const context = await browser.newContext({ viewport: { width: 640, height: 400 } })
  await context.addInitScript(noteFrames)
  const page = await context.newPage()
  return {
    engine: 'chromium',
    evaluate: <T>(code: string) => page.evaluate<T>(code),
    goto: async (url) => void (await page.goto(url)),
    cookie: (url, name, value) => context.addCookies([{ name, value, url }]),
    key: (key) => page.keyboard.press(key),
    reload: async () => void (await page.reload({ waitUntil: 'commit' })),
    screenshot: () => page.screenshot(),
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

export async function openFirefox(): Promise<BenchPage> {
  const browser = await launchFirefox()
  const page = await browser.newPage()
  await page.setViewport({ width: 640, height: 400 })
  await page.evaluateOnNewDocument(noteFrames)
  return {
    engine: 'firefox',
    evaluate: async <T>(code: string) => (await page.evaluate(code)) as T,
    goto: async (url) => void (await page.goto(url)),
    cookie: (url, name, value) => browser.setCookie({ name, value, domain: new URL(url).hostname }),
    key: (key) => page.keyboard.press(key as 'k'),
    reload: async () => void (await page.reload({ waitUntil: 'domcontentloaded' })),
    screenshot: () => page.screenshot(),
    [Symbol.asyncDispose]: () => browser.close(),
  }
}
