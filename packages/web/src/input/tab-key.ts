/** Completes names with Tab in the input. This code is loaded with the first key in the input. */
import type { Completed, TabCompletion } from './completion.ts';

/** The input of a TabKey. */
export type TabKeyInput = {
  field: HTMLTextAreaElement;
  /** Changes the field to a completed text. */
  type(completed: Completed): void;
  /** The open room. */
  roomId(): number;
};

/** The Tab key of one input. */
export class TabKey {
  readonly #completion: TabCompletion;
  readonly #input: TabKeyInput;
  readonly #field: HTMLTextAreaElement;

  constructor(completion: TabCompletion, input: TabKeyInput) {
    this.#completion = completion;
    this.#input = input;
    this.#field = input.field;
  }

  /** Completes the word at the cursor; `step` is -1 with Shift. Completes later when names have to be loaded. */
  press(step: 1 | -1): void {
    if (!this.#completeNow(step)) void this.#completeLater(step);
  }

  /** Call it after each change by a person: looks for the names that Tab may complete soon. */
  prepare(): void {
    this.#completion.lookUpCalled(this.#textBefore());
  }

  #completeNow(step: 1 | -1): boolean {
    const { selectionStart, selectionEnd, value } = this.#field;
    if (selectionStart !== selectionEnd) return false;
    const completed = this.#completion.next(value, selectionStart, step);
    if (completed !== null) this.#input.type(completed);
    return completed !== null;
  }

  /** Completes when the server has told more names, unless the text or the cursor has changed by then. */
  async #completeLater(step: 1 | -1): Promise<void> {
    const before = this.#place();
    await this.#completion.lookUp(this.#textBefore());
    if (this.#place() === before) this.#completeNow(step);
  }

  /** The room, the selection and the text, as one value to compare. */
  #place(): string {
    const { selectionStart, selectionEnd, value } = this.#field;
    return `${this.#input.roomId()} ${selectionStart} ${selectionEnd} ${value}`;
  }

  #textBefore(): string {
    return this.#field.value.slice(0, this.#field.selectionStart);
  }
}
