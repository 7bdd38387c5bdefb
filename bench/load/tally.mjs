// Counts the messages that the sockets have received. Senders and observers look for marks and count exactly. The other
// sockets count bytes only, because reading every frame would cost more than sending it. The observers' bytes per message
// turn those bytes into deliveries.

import { createScanner } from './marks.mjs';

/** @typedef {import('./sockets.mjs').Peer} Peer */
/** @typedef {{ peer: Peer, seen: number, reads: number, scan: (bytes: Buffer) => void }} Scanned */

/** Some servers join messages into frames differently for each socket. The bytes differ by less than this share. */
const FRAMING_SHARE = 0.02;

/** The counts of one run. */
export class Tally {
  /** @type {Map<number, Scanned>} senders and observers, by index */
  #scanned = new Map();
  /** @type {Peer[]} the sockets that count bytes only */
  #counted;
  /** @type {Scanned[]} */
  #observers;
  /** @type {Scanned[]} observers that do not send: a sender also gets answers, which are not deliveries */
  #listeners;

  /**
   * @param {Peer[]} peers
   * @param {number[]} senders indices
   * @param {number[]} observers indices
   * @param {(counter: number) => void} onSample called for each message that an observer receives
   */
  constructor(peers, senders, observers, onSample) {
    for (const index of new Set([...senders, ...observers])) {
      const peer = peers[index];
      if (!peer) throw new RangeError(`there is no socket ${index}`);
      this.#scanned.set(index, scannedPeer(peer, observers.includes(index) ? onSample : () => {}));
    }
    this.#counted = peers.filter(({ index }) => !this.#scanned.has(index));
    this.#observers = observers.flatMap((index) => this.#scanned.get(index) ?? []);
    this.#listeners = this.#observers.filter(({ peer }) => !senders.includes(peer.index));
    for (const peer of peers) peer.bytes = 0;
  }

  /**
   * Looks for marks in the bytes of a sender or observer.
   * @param {Peer} peer
   * @param {Buffer} bytes
   * @returns {boolean} false for a socket that counts bytes only
   */
  receive({ index }, bytes) {
    const entry = this.#scanned.get(index);
    if (!entry) return false;
    entry.reads += 1;
    entry.scan(bytes);
    return true;
  }

  /** Returns the mean number of messages received by the observers that are still connected. */
  meanSeen() {
    const live = this.#observers.filter(({ peer }) => !peer.isClosed);
    return sum(live, ({ seen }) => seen) / live.length;
  }

  /** Returns how many messages the listeners received, and in how many reads. The ratio shows how well they are joined. */
  joining() {
    return {
      seen: sum(this.#listeners, ({ seen }) => seen),
      reads: sum(this.#listeners, ({ reads }) => reads),
    };
  }

  /** Returns the messages received by all sockets together. */
  deliveries() {
    const exact = sum([...this.#scanned.values()], ({ seen }) => seen);
    if (this.#counted.length === 0) return exact;
    return exact + sum(this.#counted, ({ bytes }) => bytes) / this.#bytesPerMessage();
  }

  /**
   * Returns the deliveries that are missing. A socket that counts bytes only must lack more than framing explains.
   * @param {(room: number) => number} sentTo
   */
  missing(sentTo) {
    const size = this.#counted.length === 0 ? 1 : this.#bytesPerMessage();
    const exact = sum([...this.#scanned.values()], ({ peer, seen }) => sentTo(peer.plan.room) - seen);
    return exact + sum(this.#counted, ({ bytes, plan }) => lack(sentTo(plan.room), bytes / size));
  }

  /** Infinity while the listeners have received nothing: then no number of bytes is a message. */
  #bytesPerMessage() {
    const messages = sum(this.#listeners, ({ seen }) => seen);
    if (messages === 0) return Number.POSITIVE_INFINITY;
    return sum(this.#listeners, ({ peer }) => peer.bytes) / messages;
  }
}

/**
 * @param {Peer} peer
 * @param {(counter: number) => void} onSample
 * @returns {Scanned}
 */
function scannedPeer(peer, onSample) {
  /** @type {Scanned} */
  const entry = {
    peer,
    seen: 0,
    reads: 0,
    scan: createScanner((counter) => {
      entry.seen += 1;
      onSample(counter);
    }),
  };
  return entry;
}

/**
 * @param {number} expected messages
 * @param {number} received an estimate from bytes
 * @returns {number} 0 when framing explains the difference
 */
function lack(expected, received) {
  const difference = expected - received;
  return difference > expected * FRAMING_SHARE ? Math.round(difference) : 0;
}

/**
 * @template T
 * @param {T[]} items
 * @param {(item: T) => number} measure
 */
function sum(items, measure) {
  return items.reduce((total, item) => total + measure(item), 0);
}
