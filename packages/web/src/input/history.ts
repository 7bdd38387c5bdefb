/** The history of one room's input, walked with Up and Down. The draft is entry 0 and always comes back. */

/** Lines kept per room. */
export const HISTORY_MAX = 100;

/** The lines sent in one room, and a position among them. */
export type History = {
  /** Adds a line and returns to the draft. */
  add(line: string): void;
  /** The next older line; null at the oldest. `current` is the text in the input. */
  older(current: string): string | null;
  /** The next newer line, and at last the draft; null when the draft is shown already. */
  newer(current: string): string | null;
  /** Returns to the draft. Null when the draft is shown already, or when the old line was edited: that edit must stay. */
  stop(current: string): string | null;
};

/** Creates an empty history. As in a shell, edits to old lines last until the walk ends. */
export function createHistory(): History {
  let lines: string[] = [];
  /** The texts shown during a walk, by position: 0 is the draft, n the n-th newest line. */
  let shown = new Map<number, string>();
  let position = 0;

  const at = (index: number) => shown.get(index) ?? lines[lines.length - index] ?? '';
  const reset = () => {
    shown = new Map();
    position = 0;
  };
  const walkTo = (next: number, current: string) => {
    shown.set(position, current);
    position = next;
    return at(position);
  };

  return {
    add(line) {
      reset();
      if (lines.at(-1) !== line) lines = [...lines, line].slice(-HISTORY_MAX);
    },
    older: (current) => (position >= lines.length ? null : walkTo(position + 1, current)),
    newer: (current) => (position === 0 ? null : walkTo(position - 1, current)),
    stop(current) {
      if (position === 0 || current !== lines[lines.length - position]) return null;
      const draft = at(0);
      reset();
      return draft;
    },
  };
}
