/** Counts new messages below the visible part of the log. */

/** The count, and whether one of the messages mentions the reader. */
export type NewBelow = { count: number; hasMention: boolean };

/** The counter of one room. */
export type BelowCounter = {
  /** Counts one more message. */
  add(isMention: boolean): void;
  /** Starts at `count` unread messages. */
  begin(count: number): void;
  /** Resets to zero when the end of the log is visible. */
  clear(): void;
};

/** Creates a counter at zero. `onChange` is called with every new state. */
export function createBelowCounter(onChange: (below: NewBelow) => void): BelowCounter {
  let below: NewBelow = { count: 0, hasMention: false };
  const set = (next: NewBelow) => {
    if (next.count === below.count && next.hasMention === below.hasMention) return;
    below = next;
    onChange(below);
  };
  return {
    add: (isMention) => set({ count: below.count + 1, hasMention: below.hasMention || isMention }),
    begin: (count) => set({ count, hasMention: false }),
    clear: () => set({ count: 0, hasMention: false }),
  };
}
