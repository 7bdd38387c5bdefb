/** Completes names with Tab in the input. The code and the names are loaded when they are first needed. */
import type { Completed, TabCompletion } from './completion.ts';

/** Everything that TabKey needs from the input. */
export type TabKeyDeps = {
  field: HTMLTextAreaElement;
  /** Loads what Tab does. */
  load(): Promise<TabCompletion>;
  /** Changes the field to a completed text. */
  type(completed: Completed): void;
  /** The open room. */
  roomId(): number;
};

/** The Tab key of one input. */
export class TabKey {
  readonly #deps: TabKeyDeps;
  readonly #field: HTMLTextAreaElement;
  /** Null until it is loaded. */
  #completion: TabCompletion | null = null;

  constructor(deps: TabKeyDeps) {
    this.#deps = deps;
    this.#field = deps.field;
  }

  /** Completes the word at the cursor; `step` is -1 with Shift. Completes later when names have to be loaded. */
  press(step: 1 | -1): void {
    if (!this.#completeNow(step)) void this.#completeLater(step);
  }

  /** Call it after each change by a person: loads the names that Tab may complete soon. */
  prepare(): void {
    if (this.#completion === null) void this.#load();
    this.#completion?.lookUpCalled(this.#textBefore());
  }

  #completeNow(step: 1 | -1): boolean {
    const { selectionStart, selectionEnd, value } = this.#field;
    if (selectionStart !== selectionEnd) return false;
    const completed = this.#completion?.next(value, selectionStart, step) ?? null;
    if (completed !== null) this.#deps.type(completed);
    return completed !== null;
  }

  /** Completes when the code and the people are loaded, unless the text or the cursor has changed by then. */
  async #completeLater(step: 1 | -1): Promise<void> {
    const before = this.#place();
    await this.#load();
    if (this.#place() !== before || this.#completeNow(step)) return;
    await this.#completion?.lookUp(this.#textBefore());
    if (this.#place() === before) this.#completeNow(step);
  }

  /** Without a connection it is loaded with a later key. */
  async #load(): Promise<void> {
    this.#completion ??= await this.#deps.load().catch(() => null);
  }

  /** The room, the selection and the text, as one value to compare. */
  #place(): string {
    const { selectionStart, selectionEnd, value } = this.#field;
    return `${this.#deps.roomId()} ${selectionStart} ${selectionEnd} ${value}`;
  }

  #textBefore(): string {
    return this.#field.value.slice(0, this.#field.selectionStart);
  }
}
