/** Listens to the keyboard for the whole page. */

import type { Page } from '../page/page.ts';
import { runAction } from './actions.ts';
import { findBinding, isForeignKey, type Place } from './keymap.ts';

/** They come as key presses of their own, before the key that they change. */
const MODIFIERS = new Set(['Shift', 'Control', 'Alt', 'Meta', 'AltGraph']);

/** Obeys the keymap, and sends what is typed outside a field to the input. Gives a function that stops it. */
export function listenToKeys(page: Page): () => void {
  /** Esc, then Tab always moves the focus, so that nobody is trapped in the input. */
  let wasEscape = false;
  const onKeyDown = (event: KeyboardEvent) => {
    if (MODIFIERS.has(event.key)) return;
    const followsEscape = wasEscape;
    wasEscape = event.code === 'Escape';
    if (document.querySelector('dialog[open]') !== null) return;
    const target = event.target instanceof Element ? event.target : null;
    const binding = findBinding(event, placeOf(target), page.isMac);
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

function placeOf(target: Element | null): Place {
  if (target?.matches('.composer textarea') === true) return 'input';
  return target?.matches('.log, .log li') === true ? 'log' : 'elsewhere';
}

/** Whether the key makes a character that no field takes yet. */
function isTyping(event: KeyboardEvent, target: Element | null): boolean {
  if (isForeignKey(event) || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (Array.from(event.key).length !== 1) return false;
  if (target?.matches('input, textarea, select') === true) return false;
  return event.key !== ' ' || target?.matches('button, a, [role=option]') !== true;
}
