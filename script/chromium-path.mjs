// Finds the Chromium for the browser tests.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { aptInstall } from './apt.mjs';
import { root, run, runTool } from './command.mjs';

/** The path of Debian's package. */
const DEBIAN_CHROMIUM = '/usr/bin/chromium';

/** Long enough for a cold start on a busy machine. */
const START_TIMEOUT_MS = 60_000;

/** Long enough for the 170 MB of Playwright's build. */
const DOWNLOAD_TIMEOUT_MS = 300_000;

/** The ways to find a Chromium, the cheapest first. A path from one of them may not run on this machine. */
const ways = [fromEnvironment, fromDebian, fromPlaywright, fromApt, fromDownload];

/**
 * Finds a Chromium, or fetches one: Debian's package when run as root, else Playwright's build.
 * @returns {Promise<string>} the path of a Chromium that starts on this machine
 * @throws {Error} that says what was tried and what to do
 */
export async function findChromium() {
  for (const way of ways) {
    const path = await way();
    if (path !== undefined && existsSync(path) && (await starts(path))) return path;
  }
  throw new Error(
    'No Chromium found in CHROMIUM_PATH or /usr/bin/chromium, and neither apt-get nor playwright-core could fetch one. ' +
      'Install one (Debian: apt-get install chromium) or set CHROMIUM_PATH.',
  );
}

async function fromEnvironment() {
  return process.env.CHROMIUM_PATH;
}

async function fromDebian() {
  return DEBIAN_CHROMIUM;
}

async function fromApt() {
  return (await aptInstall('chromium')) ? DEBIAN_CHROMIUM : undefined;
}

/** Returns the path of the build that `playwright-core install chromium` puts into the user's cache. */
async function fromPlaywright() {
  const require = createRequire(`${root}packages/web/package.json`);
  return require('playwright-core').chromium.executablePath();
}

async function fromDownload() {
  const { code } = await runTool('playwright-core', ['install', 'chromium'], {
    quiet: true,
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
  });
  return code === 0 ? fromPlaywright() : undefined;
}

/**
 * Tells whether a Chromium starts. The system may lack the libraries that a downloaded build needs.
 * @param {string} path
 */
async function starts(path) {
  const { code } = await run(path, ['--version'], { quiet: true, timeoutMs: START_TIMEOUT_MS });
  return code === 0;
}
