// Installs Debian packages for programs that the tests need and npm does not have.

import { existsSync } from 'node:fs';
import { run } from './command.mjs';

/** Long enough for a slow mirror. After a time-out the tests go on without the package. */
const APT_TIMEOUT_MS = 300_000;

const APT_GET = '/usr/bin/apt-get';

/**
 * Installs Debian packages, if apt-get exists and this process runs as root.
 * @param {string[]} names
 * @returns {Promise<boolean>} whether all are installed now
 */
export async function aptInstall(...names) {
  if (process.getuid?.() !== 0 || !existsSync(APT_GET)) return false;
  process.stdout.write(`Installing from Debian: ${names.join(', ')}.\n`);
  const options = { quiet: true, timeoutMs: APT_TIMEOUT_MS, env: { DEBIAN_FRONTEND: 'noninteractive' } };
  const update = await run(APT_GET, ['update'], options);
  const install = await run(APT_GET, ['install', '-y', '--no-install-recommends', ...names], options);
  if (install.code !== 0) process.stdout.write(`${update.output}${install.output}`);
  return install.code === 0;
}
