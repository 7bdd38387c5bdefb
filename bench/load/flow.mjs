// Sends a flow of messages through one server, with a fixed number outstanding or at a fixed rate.

import { createMeter } from './meter.mjs';
import { createSender } from './sender.mjs';
import { openSockets } from './sockets.mjs';
import { summary } from './summary.mjs';
import { Tally } from './tally.mjs';
import { pause, until } from './wait.mjs';

/**
 * @typedef {object} FlowPlan
 * @property {'flow'} kind
 * @property {import('./sockets.mjs').Target} target
 * @property {import('./sockets.mjs').SocketPlan[]} sockets
 * @property {number[]} senders indices of the sockets that take turns in sending
 * @property {number[]} observers indices of sockets that time what they receive
 * @property {{ outstanding: number } | { perSecond: number }} pace
 * @property {number} warmUpMs
 * @property {number} measureMs
 * @property {number} postgresPid
 */

const TICK_MS = 1;
/** After this much silence the outstanding messages count as lost, and the flow goes on. */
const STALL_MS = 1_000;
const DRAIN_TIMEOUT_MS = 10_000;

/**
 * @param {FlowPlan} plan
 * @returns {Promise<Record<string, number>>} figures, as report/figures.mjs lists them
 */
export async function runFlow(plan) {
  /** @type {Tally | null} */
  let receiver = null;
  /** @type {(() => void) | null} */
  let pump = null;
  const peers = await openSockets(plan.target, plan.sockets, (peer, bytes) => {
    if (receiver?.receive(peer, bytes)) pump?.();
  });
  /** @type {number[]} */
  let latencies = [];
  const sender = createSender(plan.senders.flatMap((index) => peers[index] ?? []));
  const tally = new Tally(peers, plan.senders, plan.observers, (counter) =>
    latencies.push(sender.ageMs(counter)),
  );
  const meter = createMeter(plan.target.serverPid, plan.postgresPid, () => ({
    deliveries: tally.deliveries(),
    messages: tally.meanSeen() * countRooms(plan),
  }));
  receiver = tally;
  const pace = 'outstanding' in plan.pace ? topUp(sender, tally, plan.pace) : keepUp(sender, plan.pace);
  pump = pace.pump;
  const timer = setInterval(pump, TICK_MS);

  await pause(plan.warmUpMs);
  latencies = [];
  meter.start();
  const before = tally.joining();
  await pause(plan.measureMs);
  const after = tally.joining();
  const messagesPerRead = (after.seen - before.seen) / (after.reads - before.reads);
  const figures = { ...meter.read(), ...summary(latencies), messagesPerRead };
  clearInterval(timer);
  pump = null;
  await until(() => tally.missing(sender.sentTo) <= 0, DRAIN_TIMEOUT_MS);
  return {
    ...figures,
    lost: tally.missing(sender.sentTo),
    closed: peers.filter((peer) => peer.isClosed).length,
    stalls: pace.stalls(),
  };
}

/** @param {FlowPlan} plan */
function countRooms({ sockets }) {
  return new Set(sockets.map(({ room }) => room)).size;
}

/**
 * Keeps a number of messages outstanding. A message is outstanding until the observers have received it, on average.
 * @param {import('./sender.mjs').Sender} sender
 * @param {Tally} tally
 * @param {{ outstanding: number }} pace
 */
function topUp(sender, tally, { outstanding }) {
  const last = { seen: 0, changedAt: performance.now() };
  let forgiven = 0;
  let stalls = 0;
  return {
    stalls: () => stalls,
    pump() {
      const now = performance.now();
      const seen = Math.floor(tally.meanSeen());
      if (seen !== last.seen) {
        last.seen = seen;
        last.changedAt = now;
      } else if (now - last.changedAt > STALL_MS) {
        stalls += 1;
        forgiven = sender.sent() - seen;
        last.changedAt = now;
      }
      sender.send(outstanding - (sender.sent() - seen - forgiven));
    },
  };
}

/**
 * Sends messages at a constant rate, whether or not earlier ones were delivered.
 * @param {import('./sender.mjs').Sender} sender
 * @param {{ perSecond: number }} pace
 */
function keepUp(sender, { perSecond }) {
  const startMs = performance.now();
  return {
    stalls: () => 0,
    pump() {
      sender.send(Math.floor(((performance.now() - startMs) / 1_000) * perSecond) - sender.sent());
    },
  };
}
