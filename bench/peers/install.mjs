// Installs the servers to compare with. Debian would start each as a service at once and at every boot: that is prevented.

import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aptInstall } from '../../script/apt.mjs';
import { run } from '../../script/command.mjs';

/** While this program exists and exits with 101, Debian's packages start no services. */
const POLICY = '/usr/sbin/policy-rc.d';
const DENY_ALL = '#!/bin/sh\nexit 101\n';
const NPM_TIMEOUT_MS = 300_000;

/** @typedef {import('./servers/peers.mjs').Peer} Peer */

/**
 * Tells whether a peer can be started.
 * @param {Peer} peer
 */
export function isInstalled({ program }) {
  return existsSync(program);
}

/**
 * Installs the peers that are missing.
 * @param {Peer[]} peers
 */
export async function installPeers(peers) {
  const missing = peers.filter((peer) => !isInstalled(peer));
  const packages = missing.flatMap((peer) => peer.packages ?? []);
  if (packages.length > 0) await withoutServices(() => aptInstall(...packages));
  // Only a machine with systemd has this program. The package may also have no service.
  for (const { packages: [service] = [] } of missing)
    if (service !== undefined) await run('systemctl', ['disable', service], { quiet: true });
  for (const { npm } of missing) if (npm) await npmInstall(npm);
}

/** @param {{ manifest: string, into: string }} folders */
async function npmInstall({ manifest, into }) {
  mkdirSync(into, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join(manifest, file), join(into, file));
  const args = ['ci', '--ignore-scripts', '--fund=false', '--audit=false'];
  await run('npm', args, { cwd: into, timeoutMs: NPM_TIMEOUT_MS });
}

/** @param {() => Promise<unknown>} install */
async function withoutServices(install) {
  const isOurs = !existsSync(POLICY) && process.getuid?.() === 0;
  if (isOurs) writeFileSync(POLICY, DENY_ALL, { mode: 0o755 });
  try {
    await install();
  } finally {
    if (isOurs) rmSync(POLICY);
  }
}
