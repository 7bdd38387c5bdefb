/** The lines sent in a room, walked with Up and Down; the unsent draft is entry 0 and always comes back. */

/** Lines kept per room. */
export const HISTORY_MAX = 100;

export type History = {
  /** Remembers a sent line and goes back to the draft. */
  add(line: string): void;
  /** The next older line, or null at the oldest. `current` is what stands in the input now. */
  older(current: string): string | null;
  /** The next newer line, at last the draft; null when the draft is shown already. */
  newer(current: string): string | null;
  /**
   * Leaves the past and gives the draft back; null when the draft is shown already, or when the old line was
   * edited: that edit must not go.
   */
  stop(current: string): string | null;
};

/** An empty history. Edits made to an old line last while one walks, as in a shell. */
export function createHistory(): History {
  let lines: string[] = [];
  /** What is shown per place while walking: place 0 is the draft, place n the n-th newest line. */
  let shown = new Map<number, string>();
  let place = 0;

  const at = (index: number) => shown.get(index) ?? lines[lines.length - index] ?? '';
  const reset = () => {
    shown = new Map();
    place = 0;
  };
  const walkTo = (next: number, current: string) => {
    shown.set(place, current);
    place = next;
    return at(place);
  };

  return {
    add(line) {
      reset();
      if (lines.at(-1) !== line) lines = [...lines, line].slice(-HISTORY_MAX);
    },
    older: (current) => (place >= lines.length ? null : walkTo(place + 1, current)),
    newer: (current) => (place === 0 ? null : walkTo(place - 1, current)),
    stop(current) {
      if (place === 0 || current !== lines[lines.length - place]) return null;
      const draft = at(0);
      reset();
      return draft;
    },
  };
}
