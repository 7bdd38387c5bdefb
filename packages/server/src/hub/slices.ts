/** Slices of time: work for very many at once gives the event loop back in between. */
import type { Clock } from '../clock.ts';

export type Slices = {
  /** Whether this turn's slice is used up. It begins when this is first asked in a turn. */
  isOver(): boolean;
  /** Resolves in the next turn. */
  next(): Promise<void>;
};

export function createSlices(clock: Clock, sliceMs: number): Slices {
  /** When this turn's slice ends; null before it has begun. */
  let endMs: number | null = null;
  let turn: Promise<void> | null = null;

  function next(): Promise<void> {
    turn ??= new Promise((resolve) => {
      setImmediate(() => {
        turn = null;
        endMs = null;
        resolve();
      });
    });
    return turn;
  }

  return {
    isOver() {
      if (endMs !== null) return clock.now() >= endMs;
      endMs = clock.now() + sliceMs;
      void next();
      return false;
    },
    next,
  };
}
