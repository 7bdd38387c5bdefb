/** The message that the keyboard stands on while the log has the focus: a roving focus over the rows. */
import { isActionable } from './message-tools.ts';
import type { MessageRow, Row } from './rows.ts';
import { rowsInSight } from './scroll-anchor.ts';

export type MessageCursor = {
  /** To the next older (-1) or newer (1) message; the first step takes the last one in sight. */
  move(step: 1 | -1): void;
  /** To the first or last message that stands in the list. */
  jump(end: 'first' | 'last'): void;
  stand(element: HTMLElement): void;
  /** The message under the cursor, or null when the focus is elsewhere. */
  readonly row: MessageRow | null;
};

/** A cursor over the rows of `list`, which scrolls in `scroller`. */
export function createMessageCursor(
  scroller: HTMLElement,
  list: HTMLOListElement,
  rowOf: (element: Element) => Row | undefined,
): MessageCursor {
  const current = () => {
    const { activeElement } = document;
    return activeElement instanceof HTMLLIElement && list.contains(activeElement) ? activeElement : null;
  };
  const isStop = (element: Element | null): element is HTMLElement =>
    element instanceof HTMLElement && isActionable(rowOf(element));
  const nearest = (from: Element | null, step: 1 | -1) => {
    let element = from;
    while (element !== null && !isStop(element)) element = sibling(element, step);
    return element;
  };
  const show = (element: Element | null) => {
    if (!isStop(element)) return;
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: 'nearest' });
  };
  return {
    move(step) {
      const at = current();
      if (at === null) show(nearest(rowsInSight(scroller, list).at(-1) ?? null, -1));
      else show(nearest(sibling(at, step), step));
    },
    jump(end) {
      if (end === 'first') show(nearest(list.firstElementChild, 1));
      else show(nearest(list.lastElementChild, -1));
    },
    stand: show,
    get row() {
      const at = current();
      const row = at === null ? undefined : rowOf(at);
      return isActionable(row) ? row : null;
    },
  };
}

function sibling(element: Element, step: 1 | -1): Element | null {
  return step === 1 ? element.nextElementSibling : element.previousElementSibling;
}
