/** A connection's outbox: lines and frames that wait for its next flush. */
import type { Connection } from './connection.ts';
import { FRAME_MAX_CHARS } from './limits.ts';

/** Appends lines, which are framed together. */
export function appendLines(connection: Connection, lines: readonly string[]): void {
  for (const line of lines) {
    if (connection.lineChars > 0 && connection.lineChars + line.length > FRAME_MAX_CHARS)
      frameLines(connection);
    connection.lines.push(line);
    connection.lineChars += line.length;
  }
}

/** Appends a frame that other connections share. */
export function appendFrame(connection: Connection, frame: Buffer): void {
  if (connection.lineChars > 0) frameLines(connection);
  pushFrame(connection, frame);
}

/** Writes everything that waits to the link, in order, and empties the outbox. Returns whether there was anything. */
export function writeOutbox(connection: Connection): boolean {
  if (connection.lineChars > 0) frameLines(connection);
  const { frame, moreFrames } = connection;
  if (!frame) return false;
  connection.frame = null;
  connection.moreFrames = null;
  connection.frameBytes = 0;
  connection.link.write(frame, moreFrames);
  return true;
}

/** Returns the bytes that wait for the peer: in the link, and in the outbox (where a line counts its characters). */
export function unsentBytes({ link, frameBytes, lineChars }: Connection): number {
  return link.queuedBytes() + frameBytes + lineChars;
}

/** Frames the lines, so that whatever is appended next follows them. */
function frameLines(connection: Connection): void {
  const frame = connection.link.wire(connection.lines.join('\n'));
  connection.lines = [];
  connection.lineChars = 0;
  pushFrame(connection, frame);
}

/** Most flushes have a single frame for a connection: a list for each of thousands would cost more than its write. */
function pushFrame(connection: Connection, frame: Buffer): void {
  connection.frameBytes += frame.length;
  if (!connection.frame) connection.frame = frame;
  else if (connection.moreFrames) connection.moreFrames.push(frame);
  else connection.moreFrames = [frame];
}
