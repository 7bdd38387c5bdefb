import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { markedContent } from './marks.mjs';
import { Tally } from './tally.mjs';

/** @param {number} index */
function peerOf(index) {
  const plan = { greeting: '', room: 0 };
  const state = { head: '', isUpgraded: true, isReady: true, isClosed: false, bytes: 0 };
  return { index, plan, socket: new Socket(), ...state };
}

/** Creates a room with a sender, an observer, and two sockets that count bytes only. */
function room() {
  const peers = [0, 1, 2, 3].map(peerOf);
  /** @type {number[]} */
  const samples = [];
  const tally = new Tally(peers, [0], [1], (counter) => samples.push(counter));
  /** @param {number} index @param {Buffer} bytes */
  const give = (index, bytes) => {
    const peer = peers[index];
    if (!peer) throw new RangeError(`no peer ${index}`);
    peer.bytes += bytes.length;
    tally.receive(peer, bytes);
  };
  return { peers, samples, tally, give };
}

const batch = (/** @type {number} */ count) =>
  Buffer.from(Array.from({ length: count }, (_, index) => markedContent(index + 1)).join('\n'));

describe('a tally', () => {
  it('counts the deliveries of all sockets, most of them by their bytes', () => {
    const { samples, tally, give } = room();
    for (const index of [0, 1, 2, 3]) give(index, batch(10));
    expect(tally.deliveries()).toBeCloseTo(40, 6);
    expect(tally.meanSeen()).toBe(10);
    expect(samples).toHaveLength(10);
    expect(tally.missing(() => 10)).toBe(0);
  });

  it('ignores the answers that a sender receives', () => {
    const { tally, give } = room();
    for (const index of [0, 1, 2, 3]) give(index, batch(10));
    give(0, Buffer.alloc(5_000, '{"type":"ok"}'));
    expect(tally.deliveries()).toBeCloseTo(40, 6);
  });

  it('finds messages that one socket lacks, and messages that all lack', () => {
    const { tally, give } = room();
    for (const index of [0, 1, 2]) give(index, batch(10));
    give(3, batch(7));
    expect(tally.missing(() => 10)).toBe(3);
    expect(tally.missing(() => 11)).toBe(7);
  });

  it('reports everything as missing while the observers have received nothing', () => {
    const { tally, give } = room();
    give(2, Buffer.alloc(50));
    expect(tally.deliveries()).toBe(0);
    expect(tally.missing(() => 10)).toBe(40);
  });

  it('leaves a closed observer out of the mean', () => {
    const { peers, tally, give } = room();
    give(1, batch(10));
    const [, observer] = peers;
    if (observer) observer.isClosed = true;
    expect(tally.meanSeen()).toBeNaN();
  });
});
