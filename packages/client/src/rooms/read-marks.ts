/** The caller's read marks. The server does not answer `read`, so each new link repeats all marks. */
import type { Read } from '@banter/protocol';

/** Owns the marks that were set here, by room. */
export class ReadMarks {
  readonly #send: (command: Read) => boolean;
  readonly #marks = new Map<number, number>();

  /** @param send sends a command; false without a link */
  constructor(send: (command: Read) => boolean) {
    this.#send = send;
  }

  /** Sets and sends the mark of a room: everything up to `seq` is read. */
  set(roomId: number, seq: number): void {
    this.#marks.set(roomId, seq);
    this.#send({ op: 'read', roomId, seq });
  }

  /** Sends all marks, on a new link. */
  sendAll(): void {
    for (const [roomId, seq] of this.#marks) this.#send({ op: 'read', roomId, seq });
  }

  /** Forgets the mark of a room. */
  remove(roomId: number): void {
    this.#marks.delete(roomId);
  }

  /** Forgets all marks. */
  clear(): void {
    this.#marks.clear();
  }
}
