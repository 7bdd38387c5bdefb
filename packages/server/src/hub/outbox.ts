/** A connection's outbox: lines and frames that wait for its next flush. */
import type { Connection } from './connection.ts';
import { FRAME_MAX_CHARS } from './limits.ts';

/** Appends lines, which are framed together. */
export function appendLines(connection: Connection, lines: readonly string[]): void {
  for (const line of lines) {
    if (connection.lineChars + line.length > FRAME_MAX_CHARS) frameLines(connection);
    connection.lines.push(line);
    connection.lineChars += line.length;
  }
}

/** Appends a frame that other connections share. */
export function appendFrame(connection: Connection, frame: Buffer): void {
  frameLines(connection);
  connection.frames.push(frame);
  connection.frameBytes += frame.length;
}

/** Returns everything that waits, in order, and empties the outbox. */
export function nextFrames(connection: Connection): readonly Buffer[] {
  frameLines(connection);
  const { frames } = connection;
  connection.frames = [];
  connection.frameBytes = 0;
  return frames;
}

/** Returns the bytes that wait for the peer: in the link, and in the outbox (where a line counts its characters). */
export function unsentBytes({ link, frameBytes, lineChars }: Connection): number {
  return link.queuedBytes() + frameBytes + lineChars;
}

/** Frames the lines, so that whatever is appended next follows them. */
function frameLines(connection: Connection): void {
  if (connection.lines.length === 0) return;
  const frame = connection.link.wire(connection.lines.join('\n'));
  connection.lines = [];
  connection.lineChars = 0;
  connection.frames.push(frame);
  connection.frameBytes += frame.length;
}
