/** Selection of one item in a list, by arrow keys. */
import { useSignal } from '@preact/signals';

/** The selected item, and ways to change it. */
export type Selection = {
  /** The index of the selected item; 0 for an empty list. */
  index: number;
  /** Selects the first item. */
  reset(): void;
  /** Handles Up and Down. False for any other key. */
  onKey(event: KeyboardEvent): boolean;
};

/** Selects one of `count` items, at first the first one. */
export function useSelection(count: number): Selection {
  const selected = useSignal(0);
  const last = Math.max(0, count - 1);
  const index = Math.min(selected.value, last);
  return {
    index,
    reset() {
      selected.value = 0;
    },
    onKey(event) {
      if (event.key === 'ArrowDown') selected.value = Math.min(index + 1, last);
      else if (event.key === 'ArrowUp') selected.value = Math.max(index - 1, 0);
      else return false;
      event.preventDefault();
      return true;
    },
  };
}
