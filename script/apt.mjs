// Debian's packages, for what the tests need and npm does not carry.

import { existsSync } from 'node:fs';
import { run } from './command.mjs';

/** A slow mirror, with room to spare; past it the tests go on without the package. */
const APT_TIMEOUT_MS = 300_000;

const APT_GET = '/usr/bin/apt-get';

/**
 * Installs a Debian package where that is possible: apt-get is here and we are root.
 * @param {string} name
 * @returns {Promise<boolean>} whether the package is installed now
 */
export async function aptInstall(name) {
  if (process.getuid?.() !== 0 || !existsSync(APT_GET)) return false;
  process.stdout.write(`installing Debian's package ${name}\n`);
  const options = { quiet: true, timeoutMs: APT_TIMEOUT_MS, env: { DEBIAN_FRONTEND: 'noninteractive' } };
  const update = await run(APT_GET, ['update'], options);
  const install = await run(APT_GET, ['install', '-y', '--no-install-recommends', name], options);
  if (install.code !== 0) process.stdout.write(`${update.output}${install.output}`);
  return install.code === 0;
}
