// Many sockets that say nothing: what each of them costs the server in memory; then one message to each room.

import { residentBytes } from '../machine.mjs';
import { createSender } from './sender.mjs';
import { openSockets } from './sockets.mjs';
import { summary } from './summary.mjs';
import { createTally } from './tally.mjs';
import { pause, until } from './wait.mjs';

/**
 * @typedef {object} IdlePlan
 * @property {'idle'} kind
 * @property {import('./sockets.mjs').Target} target
 * @property {import('./sockets.mjs').SocketPlan[]} sockets
 * @property {number[]} senders one of each room
 * @property {number} bursts how often each room gets one message
 */

/** Memory is at rest when it has not changed by more than this between two looks: the garbage collector takes its time. */
const REST_SHARE = 0.002;
const LOOK_MS = 5_000;
const REST_TIMEOUT_MS = 30_000;
const BURST_PAUSE_MS = 500;
const DRAIN_TIMEOUT_MS = 10_000;

/**
 * @param {IdlePlan} plan
 * @returns {Promise<Record<string, number>>} figures
 */
export async function runIdle({ target, sockets, senders, bursts }) {
  const before = residentBytes(target.serverPid);
  /** @type {{ take(peer: import('./sockets.mjs').Peer, bytes: Buffer): boolean } | null} */
  let receiver = null;
  const startMs = performance.now();
  const peers = await openSockets(target, sockets, (peer, bytes) => receiver?.take(peer, bytes));
  const openMs = performance.now() - startMs;
  const after = await bytesAtRest(target.serverPid);

  /** @type {number[]} */
  const latencies = [];
  const sender = createSender(senders.flatMap((index) => peers[index] ?? []));
  const everyone = peers.map(({ index }) => index);
  const tally = createTally(peers, senders, everyone, (counter) => latencies.push(sender.ageMs(counter)));
  receiver = tally;
  for (let burst = 0; burst < bursts; burst += 1) {
    sender.send(senders.length);
    await until(() => tally.missing(sender.sentTo) === 0, DRAIN_TIMEOUT_MS);
    await pause(BURST_PAUSE_MS);
  }
  return {
    sockets: peers.length,
    opensPerSecond: (peers.length / openMs) * 1_000,
    kibPerSocket: (after - before) / peers.length / 1_024,
    ...summary(latencies),
    lost: tally.missing(sender.sentTo),
    closed: peers.filter((peer) => peer.isClosed).length,
  };
}

/** @param {number} pid */
async function bytesAtRest(pid) {
  let last = residentBytes(pid);
  await until(
    async () => {
      await pause(LOOK_MS);
      const now = residentBytes(pid);
      const isAtRest = Math.abs(now - last) <= last * REST_SHARE;
      last = now;
      return isAtRest;
    },
    REST_TIMEOUT_MS,
    0,
  );
  return last;
}
