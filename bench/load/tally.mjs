// What the sockets have received. Senders and observers look for the marks; of all others only the bytes are counted,
// which the observers' bytes per message turn into deliveries: to read every frame would cost more than to send it.

import { createScanner } from './marks.mjs';

/** @typedef {import('./sockets.mjs').Peer} Peer */
/** @typedef {{ peer: Peer, seen: number, reads: number, scan: (bytes: Buffer) => void }} Scanned */

/** How messages are joined into frames differs from socket to socket in some servers: by less than this share of the bytes. */
const FRAMING_SHARE = 0.02;

/**
 * @param {Peer[]} peers
 * @param {number[]} senders indices
 * @param {number[]} observers indices
 * @param {(counter: number) => void} onSample told of each message that an observer gets
 */
export function createTally(peers, senders, observers, onSample) {
  /** @type {Map<number, Scanned>} */
  const scanned = new Map();
  for (const index of new Set([...senders, ...observers])) scan(index, observers.includes(index));
  const counted = peers.filter(({ index }) => !scanned.has(index));
  const watching = observers.flatMap((index) => scanned.get(index) ?? []);
  // What a sender gets beside the messages (its answers) says nothing about the others' bytes.
  const pure = watching.filter(({ peer }) => !senders.includes(peer.index));
  for (const peer of peers) peer.bytes = 0;

  /** @param {number} index @param {boolean} isObserver */
  function scan(index, isObserver) {
    const peer = peers[index];
    if (!peer) throw new RangeError(`there is no socket ${index}`);
    const onMark = (/** @type {number} */ counter) => {
      entry.seen += 1;
      if (isObserver) onSample(counter);
    };
    /** @type {Scanned} */
    const entry = { peer, seen: 0, reads: 0, scan: createScanner(onMark) };
    scanned.set(index, entry);
  }

  function bytesPerMessage() {
    const messages = pure.reduce((sum, { seen }) => sum + seen, 0);
    // While they have seen none, no bytes are a message.
    if (messages === 0) return Number.POSITIVE_INFINITY;
    return pure.reduce((sum, { peer }) => sum + peer.bytes, 0) / messages;
  }

  return {
    /** @param {Peer} peer @param {Buffer} bytes @returns {boolean} whether marks were looked for */
    take({ index }, bytes) {
      const entry = scanned.get(index);
      if (!entry) return false;
      entry.reads += 1;
      entry.scan(bytes);
      return true;
    },
    /** Messages that an observer which is still there has got, on the average. */
    seen() {
      const live = watching.filter(({ peer }) => !peer.isClosed);
      return live.reduce((sum, { seen }) => sum + seen, 0) / live.length;
    },
    /** What the observers that do not send have seen, and in how many reads: how well messages were joined. */
    joining: () => ({
      seen: pure.reduce((sum, { seen }) => sum + seen, 0),
      reads: pure.reduce((sum, { reads }) => sum + reads, 0),
    }),
    /** Messages received by all sockets together. */
    deliveries() {
      const exact = [...scanned.values()].reduce((sum, { seen }) => sum + seen, 0);
      if (counted.length === 0) return exact;
      return exact + counted.reduce((sum, { bytes }) => sum + bytes, 0) / bytesPerMessage();
    },
    /**
     * Deliveries that have not come; among sockets whose bytes alone are counted, those beyond what framing explains.
     * @param {(room: number) => number} sentTo
     */
    missing(sentTo) {
      const size = counted.length === 0 ? 1 : bytesPerMessage();
      const lacking = (/** @type {Peer} */ { bytes, plan }) => {
        const expected = sentTo(plan.room);
        const lack = expected - bytes / size;
        return lack > expected * FRAMING_SHARE ? Math.round(lack) : 0;
      };
      const exact = [...scanned.values()].reduce(
        (sum, { peer, seen }) => sum + sentTo(peer.plan.room) - seen,
        0,
      );
      return counted.reduce((sum, peer) => sum + lacking(peer), exact);
    },
  };
}
