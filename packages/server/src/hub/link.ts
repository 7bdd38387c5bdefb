/** A link: the transport under a connection. Each door has its own. */
import type { CloseName } from '@banter/protocol';

/** Turns lines (JSON objects joined with \n) into bytes. One function per kind of link: connections with the same share frames. */
export type Wire = (lines: string) => Buffer;

/** A transport, as the hub uses it. */
export type Link = {
  readonly wire: Wire;
  /** Writes a whole frame, and `more` after it. They wait in the link until the peer reads. */
  write(frame: Buffer, more?: readonly Buffer[] | null): void;
  /** Returns how many written bytes the system has not accepted yet. */
  queuedBytes(): number;
  /** Returns a number that changes whenever the system accepts more of the queued bytes, and only then. */
  progress(): number;
  /** Reports that the event which removes this link's person from a room was written [A3]. */
  fenced(roomId: number): void;
  /** Tells the peer why, and after how many milliseconds to return, then ends the link. */
  close(reason: CloseName, retryAfterMs?: number): void;
};
