// Resumes many clients at once, and measures the time until each is live again.

import { clientFrame } from './frames.mjs';
import { createMeter } from './meter.mjs';
import { openSockets } from './sockets.mjs';
import { summary } from './summary.mjs';
import { until } from './wait.mjs';

/**
 * @typedef {object} ResumePlan
 * @property {'resume'} kind
 * @property {import('./sockets.mjs').Target} target
 * @property {import('./sockets.mjs').SocketPlan[]} sockets without a greeting; all send their `sendText` at once
 * @property {string} doneText the text in the last frame before a client is live
 * @property {number} missed the number of events that each client is behind
 * @property {number} postgresPid
 */

/** The length of the kept end of a stream. It is long enough for `doneText` and the rest of its line. */
const TAIL_BYTES = 256;
const TIMEOUT_MS = 60_000;

/**
 * @param {ResumePlan} plan
 * @returns {Promise<Record<string, number>>} figures
 */
export async function runResume({ target, sockets, doneText, missed, postgresPid }) {
  const { readyText: _live, ...upgraded } = target;
  /** @type {Map<number, number>} */
  const doneMs = new Map();
  /** @type {Map<number, string>} */
  const tails = new Map();
  const peers = await openSockets(upgraded, sockets, ({ index }, bytes) => {
    if (doneMs.has(index)) return;
    const tail = (tails.get(index) ?? '') + bytes.toString('latin1', Math.max(0, bytes.length - TAIL_BYTES));
    if (tail.includes(doneText)) doneMs.set(index, performance.now() - startMs);
    else tails.set(index, tail.slice(-TAIL_BYTES));
  });
  const meter = createMeter(target.serverPid, postgresPid, () => ({
    deliveries: doneMs.size * missed,
    messages: 0,
  }));
  const startMs = performance.now();
  for (const { socket, plan } of peers) socket.write(clientFrame(plan.sendText ?? ''));
  await until(() => doneMs.size === peers.length, TIMEOUT_MS, 1);
  const { messagesPerSecond: _none, ...figures } = meter.read();
  const bytes = peers.reduce((sum, peer) => sum + peer.bytes, 0);
  return {
    ...figures,
    ...summary([...doneMs.values()]),
    bytesPerDelivery: bytes / (doneMs.size * missed),
    lost: peers.length - doneMs.size,
  };
}
