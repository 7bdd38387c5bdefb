/** The input: sends lines and commands, keeps drafts and history per room, completes with Tab, draws its cursor. */
import { countCodePoints, openFence } from '@banter/protocol';
import type { Completed, TabCompletion } from './completion.ts';
import type { Drafts } from './drafts.ts';
import { isCursorAtEdge, paintEcho } from './echo.ts';
import { type EnteredLine, EnteredLines } from './entered-lines.ts';
import { createHistory, type History } from './history.ts';

/** Everything the input needs from the page. */
export type ComposerDeps = {
  field: HTMLTextAreaElement;
  /** An invisible copy of the text: it gives the field its height and shows the cursor. */
  echo: HTMLElement;
  drafts: Drafts;
  /** Submits a line that was entered in that room. Resolves to false when it was rejected and must be given back. */
  submit(line: string, roomId: number): Promise<boolean>;
  /** Whether a line is a command. Commands run one at a time, in order. */
  isCommand(line: string): boolean;
  /** Loads what Tab does. Called with the first key. */
  loadCompletion(): Promise<TabCompletion>;
  /** Called with the text when a person changed it. */
  onTyping(text: string): void;
  /** Called with the text's length in code points after every change. */
  onLength(chars: number): void;
};

/** Drives the input field until destroyed. */
export class Composer {
  readonly #deps: ComposerDeps;
  readonly #field: HTMLTextAreaElement;
  readonly #histories = new Map<number, History>();
  /** The texts of messages being edited, by room. They are not drafts: a reload drops them. */
  readonly #edits = new Map<number, string>();
  readonly #entered: EnteredLines;
  /** Null until it is loaded. */
  #completion: TabCompletion | null = null;
  #roomId = 0;
  #inputCount = 0;
  /** The animation frame that will scroll the cursor into view. */
  #revealFrame = 0;

  constructor(deps: ComposerDeps) {
    this.#deps = deps;
    this.#field = deps.field;
    const { submit, isCommand } = deps;
    this.#entered = new EnteredLines({ submit, isCommand, giveBack: (entered) => this.#giveBack(entered) });
    this.#field.addEventListener('input', this.#onInput);
    document.addEventListener('selectionchange', this.#onSelection);
  }

  /** Whether the field has no text. */
  get isEmpty(): boolean {
    return this.#field.value === '';
  }

  /** The number of times that a person changed the text. */
  get inputCount(): number {
    return this.#inputCount;
  }

  /** Switches to a room and shows its draft; 0 means no room. */
  enter(roomId: number): void {
    this.#roomId = roomId;
    this.#showAtEnd(this.#edits.get(roomId) ?? this.#deps.drafts.get(roomId));
  }

  /** Submits the field's text. A new line clears the field at once. */
  send(): void {
    const line = this.#field.value;
    const entered = { line, roomId: this.#roomId };
    if (line.trim() === '') return;
    if (this.#edits.has(this.#roomId)) {
      void this.#entered.submitEdit(entered);
      return;
    }
    this.#history().add(line);
    this.#showAtEnd('');
    void this.#entered.submitLine(entered);
  }

  /** Submits the field's text, or inserts a line break when the cursor is inside a code block. */
  pressEnter(): void {
    if (openFence(this.#textBefore()) === null) this.send();
    else this.newline();
  }

  /** Inserts a line break at the cursor. */
  newline(): void {
    const { selectionStart, selectionEnd } = this.#field;
    this.#field.setRangeText('\n', selectionStart, selectionEnd, 'end');
    this.#onInput();
  }

  /** Recalls an older or newer line. False while the cursor can still move up or down inside the text. */
  walkHistory(direction: 'older' | 'newer'): boolean {
    // The browser reports a moved cursor a moment after it moved, so the echo may be out of date.
    this.#paint();
    if (this.#edits.has(this.#roomId) || !isCursorAtEdge(this.#deps.echo, direction)) return false;
    const line = this.#history()[direction](this.#field.value);
    if (line !== null) this.#showAtEnd(line);
    return line !== null;
  }

  /**
   * Completes the word at the cursor, also later when the server has to be asked. False without text: then Tab moves the focus.
   */
  complete(step: 1 | -1): boolean {
    if (this.isEmpty) return false;
    if (!this.#completeNow(step)) void this.#completeLater(step);
    return true;
  }

  #completeNow(step: 1 | -1): boolean {
    const { selectionStart, selectionEnd, value } = this.#field;
    if (selectionStart !== selectionEnd) return false;
    const completed = this.#completion?.next(value, selectionStart, step) ?? null;
    if (completed !== null) this.#show(completed);
    return completed !== null;
  }

  /** Completes when the code and the people are loaded, unless the text or the cursor has changed by then. */
  async #completeLater(step: 1 | -1): Promise<void> {
    const before = this.#place();
    await this.#loadCompletion();
    if (this.#place() !== before || this.#completeNow(step)) return;
    await this.#completion?.lookUp(this.#textBefore());
    if (this.#place() === before) this.#completeNow(step);
  }

  /** Without a connection it is loaded with a later key. */
  async #loadCompletion(): Promise<void> {
    this.#completion ??= await this.#deps.loadCompletion().catch(() => null);
  }

  #textBefore(): string {
    return this.#field.value.slice(0, this.#field.selectionStart);
  }

  /** The room, the selection and the text, as one value to compare. */
  #place(): string {
    const { selectionStart, selectionEnd, value } = this.#field;
    return `${this.#roomId} ${selectionStart} ${selectionEnd} ${value}`;
  }

  /** Leaves history for the draft. False when the draft is shown already, or an old line that was edited. */
  stopHistory(): boolean {
    const draft = this.#history().stop(this.#field.value);
    if (draft !== null) this.#showAtEnd(draft);
    return draft !== null;
  }

  /** Shows the text of a message for editing. The room's draft is kept meanwhile. */
  beginEdit(text: string): void {
    this.#edits.set(this.#roomId, text);
    this.#showAtEnd(text);
    this.focus();
  }

  /** Ends the edit in a room and shows its draft again. With `keep`, the edited text goes to the history. */
  endEdit(roomId: number, keep: boolean): void {
    const text = this.#edits.get(roomId);
    if (text === undefined) return;
    this.#edits.delete(roomId);
    if (keep && text.trim() !== '') this.#history(roomId).add(text);
    if (roomId === this.#roomId) this.#showAtEnd(this.#deps.drafts.get(roomId));
  }

  /** Replaces the text. The previous text goes to the history. */
  replace(text: string): void {
    if (!this.isEmpty) this.#history().add(this.#field.value);
    this.#showAtEnd(text);
    this.focus();
  }

  /**
   * Focuses the field; the cursor stays where it was. A dialog that closes restores the focus but not the selection, and
   * then no key reaches the field. Focusing it again would do nothing, so it is blurred first.
   */
  focus(): void {
    if (document.activeElement === this.#field) this.#field.blur();
    this.#field.focus();
  }

  /** Removes all listeners. */
  destroy(): void {
    cancelAnimationFrame(this.#revealFrame);
    this.#field.removeEventListener('input', this.#onInput);
    document.removeEventListener('selectionchange', this.#onSelection);
  }

  readonly #onInput = (): void => {
    this.#inputCount++;
    this.#changed();
    this.#deps.onTyping(this.#field.value);
    if (this.#completion === null) void this.#loadCompletion();
    this.#completion?.lookUpCalled(this.#textBefore());
  };

  readonly #onSelection = (): void => {
    if (document.activeElement !== this.#field) return;
    this.#paint();
    this.#revealSoon();
  };

  /** Restores a rejected line, unless the field has other text by now. Up recalls it in any case. */
  #giveBack({ line, roomId }: EnteredLine): void {
    const { drafts } = this.#deps;
    if (roomId !== this.#roomId && drafts.get(roomId) === '') drafts.set(roomId, line);
    else if (roomId === this.#roomId && this.isEmpty) this.#showAtEnd(line);
  }

  #history(roomId = this.#roomId): History {
    const history = this.#histories.get(roomId) ?? createHistory();
    this.#histories.set(roomId, history);
    return history;
  }

  #showAtEnd(text: string): void {
    this.#show({ text, caret: text.length });
  }

  #show({ text, caret }: Completed): void {
    this.#field.value = text;
    this.#field.setSelectionRange(caret, caret);
    this.#changed();
  }

  #changed(): void {
    const { value } = this.#field;
    if (this.#edits.has(this.#roomId)) this.#edits.set(this.#roomId, value);
    else this.#deps.drafts.set(this.#roomId, value);
    this.#deps.onLength(countCodePoints(value));
    this.#paint();
    this.#revealSoon();
  }

  #paint(): void {
    paintEcho(this.#deps.echo, this.#field);
  }

  /** Scrolls the cursor into view with the next frame. Now, it would force a layout that the log may be about to change. */
  #revealSoon(): void {
    cancelAnimationFrame(this.#revealFrame);
    this.#revealFrame = requestAnimationFrame(() =>
      this.#deps.echo.querySelector('.cursor')?.scrollIntoView({ block: 'nearest' }),
    );
  }
}
