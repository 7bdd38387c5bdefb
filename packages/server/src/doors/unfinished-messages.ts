/**
 * Bounds the memory of messages that peers begin and do not finish. One message has a maximum, and a peer that stays in the
 * middle of one is closed by the heartbeat. But thousands of sockets together could hold much until then [B3].
 */
import { networkOf } from '../chat/limits/network.ts';

/** Bytes that the unfinished messages of all sockets may have. */
export const UNFINISHED_NODE_MAX_BYTES = 64 * 1024 * 1024;
/** Bytes that are left after the worst sockets were cut. */
const FREED_BYTES = (UNFINISHED_NODE_MAX_BYTES / 4) * 3;

/** A peer that sends messages. */
export type Sender = {
  readonly address: string;
  /** Returns how many bytes of a message have arrived whose end has not. */
  unfinishedBytes(): number;
  /** Ends the connection without a word, and frees what it holds. */
  cut(): void;
};

/** Cuts senders while all of them together hold too much: the largest of the network that holds most, again and again. */
export function cutUnfinished(senders: Iterable<Sender>): void {
  const networks = new Map<string, Held>();
  let total = 0;
  for (const sender of senders) {
    const bytes = sender.unfinishedBytes();
    if (bytes === 0) continue;
    total += bytes;
    const name = networkOf(sender.address);
    const held = networks.get(name) ?? { bytes: 0, senders: [] };
    networks.set(name, held);
    held.bytes += bytes;
    held.senders.push({ sender, bytes });
  }
  if (total > UNFINISHED_NODE_MAX_BYTES) cutWorst([...networks.values()], total);
}

/** The unfinished messages of one network. */
type Held = { bytes: number; senders: { sender: Sender; bytes: number }[] };

function cutWorst(networks: Held[], total: number): void {
  for (const { senders } of networks) senders.sort((a, b) => a.bytes - b.bytes);
  for (let left = total; left > FREED_BYTES; ) {
    const worst = networks.reduce((most, held) => (held.bytes > most.bytes ? held : most));
    const largest = worst.senders.pop();
    if (!largest) return;
    worst.bytes -= largest.bytes;
    left -= largest.bytes;
    largest.sender.cut();
  }
}
