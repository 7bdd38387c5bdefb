/** Types keys into a panel's field that were pressed before the panel was there. */

/**
 * Types `keys`, each an `event.key`, into the element with the focus. Without a field they are dropped: the panel asks for
 * something that the person had not read yet. Enter is pressed once, after the panel was drawn with the text.
 */
export function replayKeys(keys: readonly string[]): void {
  const field = document.activeElement;
  if (!(field instanceof HTMLInputElement)) return;
  for (const key of keys) {
    if (key === 'Backspace') document.execCommand('delete');
    else if (key !== 'Enter') document.execCommand('insertText', false, key);
  }
  if (keys.includes('Enter')) requestAnimationFrame(() => requestAnimationFrame(() => pressEnter(field)));
}

function pressEnter(field: HTMLInputElement): void {
  const press = { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true };
  if (field.dispatchEvent(new KeyboardEvent('keydown', press))) field.form?.requestSubmit();
}
