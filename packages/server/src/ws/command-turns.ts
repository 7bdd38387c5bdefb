/**
 * Lets each socket run a bounded number of its frames in one turn of the event loop. A peer can pack thousands of small frames
 * into one packet, and without this bound everybody would wait until the last of them has its answer.
 */

/** Frames that a socket may run in one turn. */
export const FRAMES_PER_TURN = 256;

/** A socket whose frames run in turns. */
export type FrameRunner = {
  /** Runs a frame. Null is a binary one. */
  runFrame(data: Buffer | null): void;
  /** Stops reading: frames wait. */
  holdFrames(): void;
  /** Reads again: no frame waits. */
  releaseFrames(): void;
};

/** Owns the frames that wait for a later turn. Sockets with few frames cost one look-up for each. */
export class CommandTurns {
  /** How many frames of each socket have run in this turn. */
  readonly #ran = new Map<FrameRunner, number>();
  readonly #waiting = new Map<FrameRunner, (Buffer | null)[]>();
  #isPlanned = false;

  /** Runs a frame now, or in a later turn after those that wait. */
  run(socket: FrameRunner, data: Buffer | null): void {
    const waiting = this.#waiting.get(socket);
    const ran = this.#ran.get(socket) ?? 0;
    if (waiting) {
      waiting.push(data);
      // Somebody else who had paused the socket may have resumed it meanwhile.
      socket.holdFrames();
    } else if (ran < FRAMES_PER_TURN) {
      this.#ran.set(socket, ran + 1);
      this.#planEnd();
      socket.runFrame(data);
    } else {
      this.#waiting.set(socket, [data]);
      socket.holdFrames();
    }
  }

  #planEnd(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(this.#endTurn);
  }

  readonly #endTurn = (): void => {
    this.#isPlanned = false;
    this.#ran.clear();
    for (const [socket, waiting] of this.#waiting) {
      const frames = waiting.splice(0, FRAMES_PER_TURN);
      this.#ran.set(socket, frames.length);
      this.#planEnd();
      for (const data of frames) socket.runFrame(data);
      if (waiting.length > 0) continue;
      this.#waiting.delete(socket);
      socket.releaseFrames();
    }
  };
}
