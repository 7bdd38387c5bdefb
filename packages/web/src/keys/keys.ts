/** Listens to the keyboard for the whole page. */

import type { Page } from '../page/page.ts';
import { runAction } from './actions.ts';
import { holdKey } from './held-keys.ts';
import { type FocusArea, findBinding, isForeignKey } from './keymap.ts';

/** Modifiers come as key presses of their own, before the key that they change. */
const MODIFIERS = new Set(['Shift', 'Control', 'Alt', 'Meta', 'AltGraph']);

/** Runs the actions of the keymap, and moves the focus to the input for typing. Returns a function that stops it. */
export function listenToKeys(page: Page): () => void {
  /** Tab after Esc always moves the focus, so that nobody is trapped in the input. */
  let wasEscape = false;
  const onKeyDown = (event: KeyboardEvent) => {
    if (MODIFIERS.has(event.key)) return;
    const followsEscape = wasEscape;
    wasEscape = event.code === 'Escape';
    // A panel that handled the key may be gone by now.
    if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
    if (holdKey(page, event)) return event.preventDefault();
    const target = event.target instanceof Element ? event.target : null;
    const binding = findBinding(event, areaOf(target), page.isMac);
    if (binding !== null) {
      if (event.code === 'Tab' && followsEscape) return;
      if (runAction(page, binding)) event.preventDefault();
    } else if (isTyping(event, target)) {
      page.mounted.composer?.focus();
    }
  };
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}

function areaOf(target: Element | null): FocusArea {
  if (target?.matches('.composer textarea') === true) return 'input';
  return target?.matches('.log, .log li') === true ? 'log' : 'elsewhere';
}

/** Whether the key types a character outside of any field. */
function isTyping(event: KeyboardEvent, target: Element | null): boolean {
  if (isForeignKey(event) || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (Array.from(event.key).length !== 1) return false;
  if (target?.matches('input, textarea, select') === true) return false;
  return event.key !== ' ' || target?.matches('button, a, [role=option]') !== true;
}
