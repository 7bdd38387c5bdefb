/** Dropped and pasted things that cannot become a message. */
import { CONTENT_MAX_CHARS } from '@banter/protocol';
import { longCount } from '../text/format.ts';
import { printLocal } from './local-lines.ts';
import type { Page } from './page.ts';

/** The longest text that the input takes, in UTF-16 units: enough to shorten it there. Browsers freeze with megabytes. */
export const INPUT_MAX_UNITS = 4 * CONTENT_MAX_CHARS;

/**
 * Rejects files and huge texts in words. A browser would open a dropped file in place of the page. Returns a function that
 * stops it.
 */
export function rejectTransfers(page: Page): () => void {
  const onDrag = (event: DragEvent) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  };
  const onDrop = (event: DragEvent) => reject(page, event, event.dataTransfer);
  const onPaste = (event: ClipboardEvent) => reject(page, event, event.clipboardData);
  document.addEventListener('dragover', onDrag);
  document.addEventListener('drop', onDrop);
  document.addEventListener('paste', onPaste);
  return () => {
    document.removeEventListener('dragover', onDrag);
    document.removeEventListener('drop', onDrop);
    document.removeEventListener('paste', onPaste);
  };
}

function reject(page: Page, event: Event, data: DataTransfer | null): void {
  const units = data?.getData('text/plain').length ?? 0;
  // Programs that copy a table offer it as a text and as a picture.
  const isFile = data?.types.includes('Files') && (event.type === 'drop' || units === 0);
  if (!isFile && units <= INPUT_MAX_UNITS) return;
  event.preventDefault();
  const reason = isFile
    ? 'files cannot be sent, only text'
    : `the text has ${longCount(units)} characters, and a message at most ${longCount(CONTENT_MAX_CHARS)}`;
  printLocal(page, `Nothing was added: ${reason}.`, true);
}
