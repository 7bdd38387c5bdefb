/** What the hub knows of one live link, and what waits to be written to it. */
import { FRAME_MAX_CHARS } from './limits.ts';
import type { Link } from './link.ts';
import type { Subscription } from './subscription.ts';

/** Who stands behind a link. `onlyRoomId`: it is of a credential for one room, and hears of no other; null for all. */
export type Identity = { userId: number; username: string; sessionId: number; onlyRoomId: number | null };

/** A signed-in link. The hub alone changes it. */
export type Connection = Identity & {
  readonly link: Link;
  readonly subscriptions: Map<number, Subscription>;
  /** Answers and replayed events behind `frames`, to be framed together. */
  lines: string[];
  /** How many characters the lines have. */
  lineChars: number;
  /** What the next flush writes: frames of rooms, shared with the other subscribers, and framed lines. */
  frames: Buffer[];
  /** How many bytes the frames have: kept, because every delivery asks. */
  frameBytes: number;
  /** What the node's sum holds for this link: what it had not passed on when it was last looked at. */
  unsentBytes: number;
  /** Rooms that its person was shut out of, to be told to the link once the events that say so are written. */
  fencedRooms: number[] | null;
  isOpen: boolean;
  /** Whether its subscriptions are being read up from the store. */
  isPulling: boolean;
  /** For the slow check: the link's progress at the last look, and since when it has not changed. */
  stuck: { progress: number; since: number } | null;
};

export function createConnection(link: Link, identity: Identity): Connection {
  const { userId, username, sessionId, onlyRoomId } = identity;
  return {
    userId,
    username,
    sessionId,
    onlyRoomId,
    link,
    subscriptions: new Map(),
    lines: [],
    lineChars: 0,
    frames: [],
    frameBytes: 0,
    unsentBytes: 0,
    fencedRooms: null,
    isOpen: true,
    isPulling: false,
    stuck: null,
  };
}

/** Queues lines to be framed together. */
export function addLines(connection: Connection, lines: readonly string[]): void {
  for (const line of lines) {
    if (connection.lineChars + line.length > FRAME_MAX_CHARS) frameLines(connection);
    connection.lines.push(line);
    connection.lineChars += line.length;
  }
}

/** Queues a frame that other connections share, behind the lines that came before it. */
export function addFrame(connection: Connection, frame: Buffer): void {
  frameLines(connection);
  connection.frames.push(frame);
  connection.frameBytes += frame.length;
}

/** Takes what is queued, in order. */
export function takeFrames(connection: Connection): readonly Buffer[] {
  frameLines(connection);
  const { frames } = connection;
  connection.frames = [];
  connection.frameBytes = 0;
  return frames;
}

/** Bytes that wait for the peer, with those that the next flush will add. */
export function queuedBytes({ link, frameBytes, lineChars }: Connection): number {
  return link.queuedBytes() + frameBytes + lineChars;
}

/** Frames the lines, so that what comes next stands behind them. */
function frameLines(connection: Connection): void {
  if (connection.lines.length === 0) return;
  const frame = connection.link.wire(connection.lines.join('\n'));
  connection.lines = [];
  connection.lineChars = 0;
  connection.frames.push(frame);
  connection.frameBytes += frame.length;
}
