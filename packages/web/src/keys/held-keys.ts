/** Holds the keys pressed after the one that opens a panel until the panel takes them: its code may still be loading. */
import type { Page } from '../page/page.ts';
import { isComposing } from './keymap.ts';

/** Holds a key if a panel is coming; Esc calls it off. False for any other key. Call it only while no panel is open. */
export function holdKey({ view, mounted }: Page, event: KeyboardEvent): boolean {
  const { name } = view.dialog.peek();
  // AltGr makes characters, such as @ on a German keyboard.
  const isTyped = event.getModifierState('AltGraph') || !(event.ctrlKey || event.metaKey || event.altKey);
  if (name === 'none' || isComposing(event) || !isTyped) return false;
  const { key } = event;
  if (key === 'Escape' && name !== 'confirm') {
    mounted.heldKeys = [];
    view.dialog.value = { name: 'none' };
    return true;
  }
  // A character, or a key that a field handles by itself.
  const isForField = Array.from(key).length === 1 || key === 'Backspace' || key === 'Enter';
  if (isForField) mounted.heldKeys.push(key);
  return isForField;
}
