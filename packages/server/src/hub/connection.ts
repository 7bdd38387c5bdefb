/** What the hub knows of one live link, and what waits to be written to it. */
import type { CloseName } from '@banter/protocol';
import type { Subscription } from './subscription.ts';

/** How a kind of link turns lines (JSON objects joined with \n) into bytes. One value per kind: it is compared by identity. */
export type Wire = (lines: string) => Buffer;

/** A transport, as the hub uses it: each door brings its own. */
export type Link = {
  readonly wire: Wire;
  /** Takes whole frames, in order; writes them at once or keeps them until the peer reads. */
  write(frames: readonly Buffer[]): void;
  /** Bytes taken but not yet passed on to the system. */
  queuedBytes(): number;
  /** Tells that this link's person was shut out of a room; the event that says so has been written. */
  fenced(roomId: number): void;
  /** Ends the link, telling the peer why and when to come back. */
  close(reason: CloseName, retryAfterMs?: number): void;
};

/** Who stands behind a link. */
export type Identity = { userId: number; username: string; sessionId: number };

/** A signed-in link. The hub alone changes it. */
export type Connection = Identity & {
  readonly link: Link;
  readonly subscriptions: Map<number, Subscription>;
  /** Answers and replayed events behind `frames`, to be framed together. */
  lines: string[];
  /** What the next flush writes: frames of rooms, shared with the other subscribers, and framed lines. */
  frames: Buffer[];
  isOpen: boolean;
  /** For the slow check: the bytes queued at the last look, and since when they have not become fewer. */
  stuck: { bytes: number; since: number } | null;
};

export function createConnection(link: Link, identity: Identity): Connection {
  return { ...identity, link, subscriptions: new Map(), lines: [], frames: [], isOpen: true, stuck: null };
}

/** Frames the lines, so that what comes next stands behind them. */
export function frameLines(connection: Connection): void {
  if (connection.lines.length === 0) return;
  connection.frames.push(connection.link.wire(connection.lines.join('\n')));
  connection.lines = [];
}

/** Bytes that wait for the peer, with those that the next flush will add. */
export function queuedBytes(connection: Connection): number {
  let bytes = connection.link.queuedBytes();
  for (const frame of connection.frames) bytes += frame.length;
  return bytes;
}
