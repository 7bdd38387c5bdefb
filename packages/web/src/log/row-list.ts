/** Keeps a list element equal to a list of rows: one element per key, made once, changed in place. */
import { createRowElement, fillRow, type RowActions } from './row-elements.ts';
import { isSameRow, type Row } from './rows.ts';

type Item = { row: Row; element: HTMLLIElement };

export type RowList = {
  /** Makes the list show exactly `rows`, in order. */
  show(rows: readonly Row[]): void;
  /** The row that an element of the list shows. */
  rowOf(element: Element): Row | undefined;
  elementOf(key: string): HTMLLIElement | undefined;
};

/** Owns the children of `list`. `self` is the reader's username. */
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
      // What went goes first: else every row behind it would have to move.
      for (const [key, item] of items) if (!nextItems.has(key)) item.element.remove();
      let place = list.firstElementChild;
      for (const { element } of nextItems.values()) {
        if (element === place) place = place.nextElementSibling;
        else list.insertBefore(element, place);
      }
      items = nextItems;
      rows = new Map([...nextItems.values()].map((item) => [item.element, item.row]));
    },
    rowOf: (element) => rows.get(element),
    elementOf: (key) => items.get(key)?.element,
  };
}
