// Compares banter with other servers, in turns and on loopback: make bench PEERS=1. bench/README.md describes it.

import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { currentCommit, resultsDir } from '../report/results.mjs';
import { Field } from './field.mjs';
import { installPeers, isInstalled } from './install.mjs';
import { buildGenerator, checkCompiler } from './load/generator.mjs';
import { waitForQuiet } from './meter.mjs';
import { turnsOf } from './report/bursts.mjs';
import { tables } from './report/tables.mjs';
import { banter } from './servers/banter.mjs';
import { PEERS } from './servers/peers.mjs';
import { referencePeers } from './servers/reference.mjs';

/** @typedef {import('./servers/peers.mjs').Peer} Peer */
/** @typedef {import('./report/bursts.mjs').Burst} Burst */

/** At most this many others are measured between two bursts of banter. */
const BETWEEN = 2;

/**
 * Chooses the peers of a run, and installs those that are missing if asked to.
 * @param {import('./settings.mjs').Settings} settings
 * @param {string | null} reference the folder of REFERENCE
 * @returns {Promise<Peer[]>} without those that are not installed
 * @throws {Error} if a wanted peer is unknown, none is installed, or the load generator cannot be built
 */
export async function choosePeers({ wanted, install }, reference) {
  await checkCompiler();
  const known = [...PEERS, ...(reference === null ? [] : referencePeers(reference))];
  const fits = (/** @type {Peer} */ { name }, /** @type {string} */ part) =>
    name.toLowerCase().includes(part.toLowerCase());
  const unknown = wanted.find((part) => !known.some((peer) => fits(peer, part)));
  if (unknown !== undefined)
    throw new Error(
      `PEERS: there is no ${unknown}. Choose from ${known.map(({ name }) => name).join(', ')}.`,
    );
  const chosen = known.filter((peer) => wanted.length === 0 || wanted.some((part) => fits(peer, part)));
  if (install) await installPeers(chosen);
  for (const peer of chosen.filter((peer) => !isInstalled(peer)))
    process.stderr.write(`${peer.name} is not installed and is left out. Add INSTALL=1 to install it.\n`);
  const present = chosen.filter(isInstalled);
  if (present.length === 0) throw new Error('PEERS: none is installed. Add INSTALL=1 to install them.');
  return present;
}

/**
 * Measures works and formats their tables.
 * @param {object} options
 * @param {import('../stage.mjs').Stage} options.stage
 * @param {Peer[]} options.peers
 * @param {import('./works.mjs').Work[]} options.works
 * @param {import('./settings.mjs').Settings} options.settings
 * @returns {Promise<string>}
 */
export async function comparePeers({ stage, peers, works, settings }) {
  const scratch = `${resultsDir}/peers-${randomBytes(4).toString('hex')}`;
  mkdirSync(scratch, { recursive: true });
  /** @type {Burst[]} */
  const bursts = [];
  const file = `${resultsDir}/${currentCommit()}-peers.jsonl`;
  const onBurst = (/** @type {Burst} */ burst) => {
    bursts.push(burst);
    appendFileSync(file, `${JSON.stringify(burst)}\n`);
  };
  // The stage stops the servers before this, because they are registered later.
  stage.use({ stop: () => rm(scratch, { recursive: true, force: true }) });
  const field = new Field(stage, scratch, await buildGenerator(scratch));
  for (const work of works) await measure({ work, field, peers, settings, onBurst });
  await stage.clear();
  return tables(bursts, { peers: [banter, ...peers], noise: settings.noise });
}

/**
 * @param {object} options
 * @param {import('./works.mjs').Work} options.work
 * @param {Field} options.field
 * @param {Peer[]} options.peers
 * @param {import('./settings.mjs').Settings} options.settings
 * @param {(burst: Burst) => void} options.onBurst
 */
async function measure({ work, field, peers, settings, onBurst }) {
  const rounds = settings.rounds ?? work.rounds;
  const turns = turnsOf(banter, peers.filter(work.isFor), BETWEEN);
  /** @type {Set<Peer>} */
  const failed = new Set();
  /** Leaves a peer out of this work once it has failed. @param {Peer} peer @param {() => Promise<unknown>} act */
  const attempt = async (peer, act) => {
    if (failed.has(peer)) return;
    await act().catch((error) => {
      failed.add(peer);
      process.exitCode = 1;
      process.stderr.write(`${work.name}, ${peer.name}: ${error instanceof Error ? error.message : error}\n`);
    });
  };
  if (work.startsFresh) await field.stop();
  else for (const peer of new Set(turns)) await attempt(peer, () => field.server(peer));
  for (let round = 1; round <= rounds; round += 1)
    for (const peer of turns)
      await attempt(peer, async () => {
        const busy = Math.round((await waitForQuiet(settings.noise / 2)) * 100);
        process.stdout.write(
          `${work.name}: round ${round} of ${rounds}, ${peer.name} (machine busy before: ${busy} %)\n`,
        );
        const at = performance.now();
        for (const measurement of await work.measure(field, peer, settings))
          onBurst({ ...measurement, name: peer.name, at });
      });
}
