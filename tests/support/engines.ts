// The three engines that browsers stand on, each with one page that is driven the same way; absent ones are skipped.
import { NO_CHROMIUM, openChromium } from './chromium.ts'
import { hasFirefox, launchFirefox } from './firefox.ts'
import type { EvaluatingPage } from './party-pages.ts'
import { NO_WEBKIT, openWebKit } from './webkit.ts'

export type EnginePage = EvaluatingPage & { goto: (url: string) => Promise<unknown> } & AsyncDisposable
export type Engine = {
  name: string
  reasonToSkip: string | false
  /** Takes another sound and another codec without a new source, so that nothing is seen of a change. */
  changesSeamlessly: boolean
  open: () => Promise<EnginePage>
}

const VIEWPORT = { width: 1000, height: 640 }

async function openChromiumPage(): Promise<EnginePage> {
  const browser = await openChromium()
  const page = await browser.newPage({ viewport: VIEWPORT })
  return {
    evaluate: <T>(code: string) => page.evaluate<T>(code),
    goto: (url) => page.goto(url),
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

async function openFirefoxPage(): Promise<EnginePage> {
  const browser = await launchFirefox()
  const page = await browser.newPage()
  await page.setViewport(VIEWPORT)
  return {
    evaluate: async <T>(code: string) => (await page.evaluate(code)) as T,
    goto: (url) => page.goto(url),
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

export const ENGINES: readonly Engine[] = [
  {
    name: 'Chromium',
    reasonToSkip: NO_CHROMIUM,
    changesSeamlessly: true,
    open: openChromiumPage,
  },
  {
    name: 'Firefox',
    reasonToSkip: hasFirefox ? false : 'needs Firefox ESR on this machine',
    changesSeamlessly: true,
    open: openFirefoxPage,
  },
  {
    name: 'WebKitGTK',
    reasonToSkip: NO_WEBKIT,
    changesSeamlessly: false,
    open: () => openWebKit(VIEWPORT),
  },
]
