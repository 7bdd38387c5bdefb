// Opens many idle sockets and measures the server's memory for each, then sends one message to every room.

import { residentBytes } from '../machine.mjs';
import { createSender } from './sender.mjs';
import { openSockets } from './sockets.mjs';
import { summary } from './summary.mjs';
import { Tally } from './tally.mjs';
import { pause, until } from './wait.mjs';

/**
 * @typedef {object} IdlePlan
 * @property {'idle'} kind
 * @property {import('./sockets.mjs').Target} target
 * @property {import('./sockets.mjs').SocketPlan[]} sockets
 * @property {number[]} senders one for each room
 * @property {number} bursts the number of messages for each room
 */

/** Memory has settled when it changes by less than this share between two samples. The garbage collector takes a while. */
const REST_SHARE = 0.002;
const SAMPLE_MS = 5_000;
const REST_TIMEOUT_MS = 30_000;
const BURST_PAUSE_MS = 500;
const DRAIN_TIMEOUT_MS = 10_000;

/**
 * @param {IdlePlan} plan
 * @returns {Promise<Record<string, number>>} figures
 */
export async function runIdle({ target, sockets, senders, bursts }) {
  const before = residentBytes(target.serverPid);
  /** @type {Tally | null} */
  let receiver = null;
  const startMs = performance.now();
  const peers = await openSockets(target, sockets, (peer, bytes) => receiver?.receive(peer, bytes));
  const openMs = performance.now() - startMs;
  const after = await settledBytes(target.serverPid);

  /** @type {number[]} */
  const latencies = [];
  const sender = createSender(senders.flatMap((index) => peers[index] ?? []));
  const everyone = peers.map(({ index }) => index);
  const tally = new Tally(peers, senders, everyone, (counter) => latencies.push(sender.ageMs(counter)));
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

/**
 * Waits until a process's memory has settled.
 * @param {number} pid
 * @returns {Promise<number>} bytes in RAM
 */
async function settledBytes(pid) {
  let last = residentBytes(pid);
  await until(
    async () => {
      await pause(SAMPLE_MS);
      const now = residentBytes(pid);
      const isSettled = Math.abs(now - last) <= last * REST_SHARE;
      last = now;
      return isSettled;
    },
    REST_TIMEOUT_MS,
    0,
  );
  return last;
}
