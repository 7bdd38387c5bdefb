/** Keeps a list element in step with a list of rows: one element per key, created once and updated in place. */
import { isSameRow, type Row } from './row.ts';
import { createRowElement, fillRow, type RowActions } from './row-elements.ts';

type Item = { row: Row; element: HTMLLIElement };

/** The rows in a list element. */
export type RowList = {
  /** Makes the list show exactly `rows`, in order. */
  show(rows: readonly Row[]): void;
  /** The row that an element shows; undefined for any other element. */
  rowOf(element: Element): Row | undefined;
  /** The element that shows the row with `key`; undefined when it is not in the list. */
  elementOf(key: string): HTMLLIElement | undefined;
};

/** Creates a row list that owns the children of `list`. `self` is the reader's username. */
export function createRowList(list: HTMLOListElement, self: string, actions: RowActions): RowList {
  let items = new Map<string, Item>();
  let rows = new Map<Element, Row>();

  const itemFor = (row: Row): Item => {
    const item = items.get(row.key);
    if (item !== undefined && isSameRow(item.row, row)) return item;
    const element = item?.element ?? createRowElement();
    fillRow(element, row, item?.row ?? null, self, actions);
    return { row, element };
  };

  return {
    show(next) {
      const nextItems = new Map(next.map((row) => [row.key, itemFor(row)]));
      // Remove old rows first; otherwise every row after them would have to move.
      for (const [key, item] of items) if (!nextItems.has(key)) item.element.remove();
      let current = list.firstElementChild;
      for (const { element } of nextItems.values()) {
        if (element === current) current = current.nextElementSibling;
        else list.insertBefore(element, current);
      }
      items = nextItems;
      rows = new Map([...nextItems.values()].map((item) => [item.element, item.row]));
    },
    rowOf: (element) => rows.get(element),
    elementOf: (key) => items.get(key)?.element,
  };
}
