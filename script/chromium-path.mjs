// Where the browser tests get their Chromium from.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { aptInstall } from './apt.mjs';
import { root, run, runTool } from './command.mjs';

/** Where Debian's package puts it. */
const DEBIAN_CHROMIUM = '/usr/bin/chromium';

/** A cold start of a browser on a busy machine, with room to spare. */
const START_TIMEOUT_MS = 60_000;

/** Playwright's own build is about 170 MB to fetch. */
const DOWNLOAD_TIMEOUT_MS = 300_000;

/** Each way to a Chromium, the cheapest first; a way may give a path that does not run here. */
const ways = [fromEnvironment, fromDebian, fromPlaywright, fromApt, fromDownload];

/**
 * Finds a Chromium, or fetches one: Debian's package as root, else Playwright's own build.
 * @returns {Promise<string>} the path of a program that has been started once
 * @throws {Error} that says what was tried and what to do
 */
export async function findChromium() {
  for (const way of ways) {
    const path = await way();
    if (path !== undefined && existsSync(path) && (await starts(path))) return path;
  }
  throw new Error(
    'no Chromium: none in CHROMIUM_PATH or /usr/bin/chromium, and neither apt-get nor playwright-core could ' +
      'fetch one; install one (Debian: apt-get install chromium) or set CHROMIUM_PATH',
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

/** The build an earlier `playwright-core install chromium` has left in the user's cache. */
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
 * A downloaded build may lack the system's libraries, which only starting it shows.
 * @param {string} path
 */
async function starts(path) {
  const { code } = await run(path, ['--version'], { quiet: true, timeoutMs: START_TIMEOUT_MS });
  return code === 0;
}
