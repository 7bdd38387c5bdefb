/** Counts what came below the part of the log that is in sight. */

export type NewBelow = { count: number; hasMention: boolean };

export type BelowCounter = {
  /** One more message came. */
  add(isMention: boolean): void;
  /** So many unread messages lie below from the start. */
  begin(count: number): void;
  /** The end is in sight. */
  clear(): void;
};

/** Begins with nothing; `onChange` hears of every change. */
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
