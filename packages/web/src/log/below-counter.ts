/** Counts what is below the visible part of the log. */

/** The new messages below, whether one of them mentions the reader, and all lines below, new or read. */
export type Below = { count: number; hasMention: boolean; lines: number };

/** The state at the end of the log. */
export const NOTHING_BELOW: Below = { count: 0, hasMention: false, lines: 0 };

/** The counter of one room. */
export type BelowCounter = {
  /** Counts one more message. */
  add(isMention: boolean): void;
  /** Starts at `count` unread messages. */
  begin(count: number): void;
  /** Sets the number of all lines below. */
  scrolled(lines: number): void;
  /** Resets to zero when the end of the log is visible. */
  clear(): void;
};

/** Creates a counter at zero. `onChange` is called with every new state. */
export function createBelowCounter(onChange: (below: Below) => void): BelowCounter {
  let below = NOTHING_BELOW;
  const set = (next: Below) => {
    const isSame = next.count === below.count && next.lines === below.lines;
    if (isSame && next.hasMention === below.hasMention) return;
    below = next;
    onChange(below);
  };
  return {
    add: (isMention) => set({ ...below, count: below.count + 1, hasMention: below.hasMention || isMention }),
    begin: (count) => set({ ...below, count, hasMention: false }),
    scrolled: (lines) => set({ ...below, lines }),
    clear: () => set(NOTHING_BELOW),
  };
}
