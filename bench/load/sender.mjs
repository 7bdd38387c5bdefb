// Sends marked messages from several sockets in turns, and records the time of each.

import { clientFrame } from './frames.mjs';
import { markedContent } from './marks.mjs';

/** @typedef {import('./sockets.mjs').Peer} Peer */
/** @typedef {ReturnType<typeof createSender>} Sender */

/** The number of latest messages whose send time is kept. */
const SENT_KEPT = 1 << 20;

/**
 * Creates a sender.
 * @param {Peer[]} peers the sockets that send
 */
export function createSender(peers) {
  const sentAt = new Float64Array(SENT_KEPT);
  /** @type {Map<number, number>} */
  const perRoom = new Map();
  let sent = 0;
  return {
    /** Returns the number of messages sent. */
    sent: () => sent,
    /**
     * Returns the number of messages sent to one room.
     * @param {number} room
     */
    sentTo: (room) => perRoom.get(room) ?? 0,
    /**
     * Returns the time since a message was sent, in ms.
     * @param {number} counter
     */
    ageMs: (counter) => performance.now() - (sentAt[counter % SENT_KEPT] ?? Number.NaN),
    /**
     * Sends the next messages. Those of one socket are sent in one write.
     * @param {number} count
     */
    send(count) {
      /** @type {Map<Peer, Buffer[]>} */
      const writes = new Map();
      for (let rest = count; rest > 0; rest -= 1) {
        const peer = peers[sent % peers.length];
        if (!peer) return;
        sent += 1;
        perRoom.set(peer.plan.room, (perRoom.get(peer.plan.room) ?? 0) + 1);
        sentAt[sent % SENT_KEPT] = performance.now();
        const frames = writes.get(peer);
        if (frames) frames.push(frameOf(peer, sent));
        else writes.set(peer, [frameOf(peer, sent)]);
      }
      for (const [peer, frames] of writes) peer.socket.write(Buffer.concat(frames));
    },
  };
}

/**
 * @param {Peer} peer
 * @param {number} counter
 */
function frameOf({ plan: { sendText = '$CONTENT' } }, counter) {
  const text = sendText.replace('$ID', `${process.pid}-${counter.toString(36).padStart(7, '0')}`);
  return clientFrame(text.replace('$CONTENT', markedContent(counter)));
}
