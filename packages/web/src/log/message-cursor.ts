/** Keyboard focus inside the log: one message has it, and keys move it from row to row. */
import { isActionable, isStop } from './message-tools.ts';
import type { MessageRow, Row } from './row.ts';
import type { Viewport } from './viewport.ts';

/** A roving focus over the rows of a list. It stops at messages with actions, and at those that could not be sent. */
export class MessageCursor {
  readonly #list: HTMLOListElement;
  readonly #viewport: Viewport;
  readonly #rowOf: (element: Element) => Row | undefined;

  constructor(list: HTMLOListElement, viewport: Viewport, rowOf: (element: Element) => Row | undefined) {
    this.#list = list;
    this.#viewport = viewport;
    this.#rowOf = rowOf;
  }

  /** The focused message; null when the focus is elsewhere. */
  get row(): MessageRow | null {
    const focused = this.#focused();
    const row = focused === null ? undefined : this.#rowOf(focused);
    return isActionable(row) ? row : null;
  }

  /** Moves to the next older (-1) or newer (1) message. The first move focuses the last visible one. */
  move(step: 1 | -1): void {
    const from = this.#focused();
    if (from === null) this.focus(this.#nearest(this.#viewport.rowsInSight().at(-1) ?? null, -1));
    else this.focus(this.#nearest(sibling(from, step), step));
  }

  /** Moves to the first or last message in the list. */
  jump(end: 'first' | 'last'): void {
    if (end === 'first') this.focus(this.#nearest(this.#list.firstElementChild, 1));
    else this.focus(this.#nearest(this.#list.lastElementChild, -1));
  }

  /** Focuses the first button of the focused row. False without a button or a focused row. */
  enter(): boolean {
    const button = this.#focused()?.querySelector<HTMLElement>('button:not([tabindex="-1"])') ?? null;
    button?.focus();
    return button !== null;
  }

  /**
   * Remembers the row that has the keyboard, itself or by one of its buttons; null when the focus is elsewhere, or came by
   * pointer. The function focuses that row again, or the nearest one that is left. It returns false when none is.
   */
  hold(): (() => boolean) | null {
    const { activeElement: active } = document;
    const held = active?.closest('li') ?? null;
    if (held === null || !this.#list.contains(held) || active?.matches(':focus-visible') !== true)
      return null;
    const elements = [...this.#list.children];
    const at = elements.indexOf(held);
    const nearestFirst = elements
      .map((each, index) => ({ each, distance: Math.abs(index - at) }))
      .toSorted((first, second) => first.distance - second.distance);
    return () => {
      const left = nearestFirst.find(({ each }) => each.isConnected && this.#isStop(each))?.each ?? null;
      this.focus(left);
      return left !== null;
    };
  }

  /** Focuses the row of a message; does nothing for any other element. */
  focus(element: Element | null): void {
    if (!this.#isStop(element)) return;
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: 'nearest' });
  }

  #focused(): Element | null {
    const { activeElement } = document;
    return activeElement instanceof HTMLLIElement && this.#list.contains(activeElement)
      ? activeElement
      : null;
  }

  #isStop(element: Element | null): element is HTMLElement {
    return element instanceof HTMLElement && isStop(this.#rowOf(element));
  }

  #nearest(from: Element | null, step: 1 | -1): Element | null {
    let element = from;
    while (element !== null && !this.#isStop(element)) element = sibling(element, step);
    return element;
  }
}

function sibling(element: Element, step: 1 | -1): Element | null {
  return step === 1 ? element.nextElementSibling : element.previousElementSibling;
}
