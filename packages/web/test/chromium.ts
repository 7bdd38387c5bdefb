/** The real browser that the tests drive. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const CHROMIUM_PATH = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const WAIT_MS = 15_000;

/** The size of a desktop window, in pixels. */
export const DESKTOP = { width: 1280, height: 800 };
/** The size of a phone, in pixels. */
export const PHONE = { width: 390, height: 844 };

/** Starts a headless browser. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM_PATH, headless: true, args: ARGS });
}

/** Opens a page with its own cookies and storage. Closing its context closes it. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: DESKTOP, colorScheme: 'dark', ...options });
  // Shorter than the test's timeout: this error names the missing element.
  context.setDefaultTimeout(WAIT_MS);
  return context.newPage();
}
