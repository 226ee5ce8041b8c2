// Debian's Firefox, driven by its own protocol; films may begin without a click.
import { existsSync } from 'node:fs'
import puppeteer from 'puppeteer-core'

const FIREFOX = '/usr/bin/firefox-esr'
export const hasFirefox = existsSync(FIREFOX)

export const launchFirefox = () =>
  puppeteer.launch({
    browser: 'firefox',
    executablePath: FIREFOX,
    headless: true,
    extraPrefsFirefox: { 'media.autoplay.default': 0, 'media.autoplay.blocking_policy': 0 },
  })
