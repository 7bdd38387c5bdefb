/** Changes the text of a field as a person would, so that the browser can undo it with Ctrl+Z. Loaded with the first key. */
import type { Completed } from './completion.ts';
import type { ShownTexts } from './shown-texts.ts';

/** The text of one field. */
export class FieldText {
  readonly #field: HTMLTextAreaElement;
  readonly #shown: Pick<ShownTexts, 'has' | 'last'>;
  #isChanging = false;

  /** @param shown the texts that the field has shown: keys were typed before this code was loaded. */
  constructor(field: HTMLTextAreaElement, shown: Pick<ShownTexts, 'has' | 'last'>) {
    this.#field = field;
    this.#shown = shown;
  }

  /** Whether the field changes because of `type` now, not because a person typed. */
  get isChanging(): boolean {
    return this.#isChanging;
  }

  /**
   * Changes the text and the cursor to those of `wanted`. Only the part that differs is replaced. A field without the focus
   * changes too, but its change cannot be undone. The field has an `input` event in either case.
   */
  type({ text, caret }: Completed): void {
    const field = this.#field;
    const { from, to } = difference(field.value, text);
    this.#isChanging = true;
    replacePart(field, from, to, text.slice(from, text.length - (field.value.length - to)));
    this.#isChanging = false;
    field.setSelectionRange(caret, caret);
  }

  /** Call it first when a person has changed the text: reverts an undo to a text that the field has not shown. */
  checkUndo(event: Event): void {
    const isUndo = event instanceof InputEvent && event.inputType.startsWith('history');
    if (isUndo && !this.#shown.has(this.#field.value)) this.#field.value = this.#shown.last;
  }
}

/** Replaces the part of the text from `from` to `to`, and puts the cursor after it. */
function replacePart(field: HTMLTextAreaElement, from: number, to: number, part: string): void {
  field.setSelectionRange(from, to);
  if (from === to && part === '') return;
  // Deprecated, but the only way into the browser's own undo stack (whatwg/html#4012 asks for another).
  const isDone =
    document.activeElement === field &&
    (part === '' ? document.execCommand('delete') : document.execCommand('insertText', false, part));
  if (isDone) return;
  field.setRangeText(part, from, to, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Returns the part of `before` that differs from `after`. It splits no pair of surrogates. */
function difference(before: string, after: string): { from: number; to: number } {
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from++;
  if (isLowSurrogate(before, from) || isLowSurrogate(after, from)) from--;
  let tail = 0;
  while (tail < most - from && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  if (tail > 0 && isLowSurrogate(before, before.length - tail)) tail--;
  return { from, to: before.length - tail };
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}
