/** Counts a socket's invalid frames. Ten within a minute close it [L1]. */
import { INVALID_MAX_PER_MINUTE } from '@banter/protocol';

/** The answer to a binary frame. */
export const TEXT_FRAMES_ONLY = 'binary frames are not accepted: send text frames';

const MINUTE_MS = 60_000;

/** One socket's invalid frames of the last minute. */
export class InvalidFrames {
  #times: number[] = [];

  /** Counts an invalid frame at `now` (monotonic). Returns whether the socket must be closed. */
  add(now: number): boolean {
    this.#times = this.#times.filter((time) => now - time < MINUTE_MS);
    this.#times.push(now);
    return this.#times.length >= INVALID_MAX_PER_MINUTE;
  }
}
