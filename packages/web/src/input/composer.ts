/** The input: sends lines and commands, keeps drafts and history per room, completes with Tab, draws its cursor. */
import { countCodePoints, openFence } from '@banter/protocol';
import type { Completed } from './completion.ts';
import type { Drafts } from './drafts.ts';
import { Echo } from './echo.ts';
import { type EnteredLine, EnteredLines, type EnteredLinesDeps } from './entered-lines.ts';
import type { FieldText } from './field-text.ts';
import { RoomTexts } from './room-texts.ts';
import { ShownTexts } from './shown-texts.ts';
import type { TabKey, TabKeyInput } from './tab-key.ts';

/** The parts of the input that are loaded when somebody types. */
export type TypingAids = { tabKey: TabKey; text: FieldText };

/** Everything the input needs from the page. */
export type ComposerDeps = {
  field: HTMLTextAreaElement;
  /** An invisible copy of the text: it gives the field its height and shows the cursor. */
  echo: HTMLElement;
  drafts: Drafts;
  /** Loads completion and undo. Called with the first key. */
  loadAids(input: TabKeyInput, shown: ShownTexts): Promise<TypingAids>;
  /** Called with the text when a person changed it. */
  onTyping(text: string): void;
  /** Called with the text's length in code points after every change. */
  onLength(chars: number): void;
} & Omit<EnteredLinesDeps, 'giveBack'>;

/** Drives the input field until destroyed. */
export class Composer {
  readonly #deps: ComposerDeps;
  readonly #field: HTMLTextAreaElement;
  readonly #echo: Echo;
  readonly #texts: RoomTexts;
  readonly #entered: EnteredLines;
  readonly #shown = new ShownTexts();
  /** Null until they are loaded. */
  #aids: TypingAids | null = null;
  #roomId = 0;
  #inputCount = 0;

  constructor(deps: ComposerDeps) {
    const { field } = deps;
    this.#deps = deps;
    this.#field = field;
    this.#echo = new Echo(deps.echo, field);
    this.#texts = new RoomTexts(deps.drafts);
    this.#entered = new EnteredLines({ ...deps, giveBack: (entered) => this.#giveBack(entered) });
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
    this.#showAtEnd(this.#texts.get(roomId));
  }

  /** Submits the field's text. A new line clears the field at once. */
  send(): void {
    const line = this.#field.value;
    const roomId = this.#roomId;
    if (line.trim() === '') return;
    if (this.#texts.isEdit(roomId)) return void this.#entered.submitEdit({ line, roomId });
    this.#texts.history(roomId).add(line);
    this.#showAtEnd('');
    void this.#entered.submitLine({ line, roomId });
  }

  /** Submits the field's text, or inserts a line break when the cursor is inside a code block. */
  pressEnter(): void {
    const { value, selectionStart } = this.#field;
    if (openFence(value.slice(0, selectionStart)) === null) this.send();
    else this.newline();
  }

  /** Inserts a line break at the cursor. */
  newline(): void {
    const { value, selectionStart, selectionEnd } = this.#field;
    const text = `${value.slice(0, selectionStart)}\n${value.slice(selectionEnd)}`;
    this.#type({ text, caret: selectionStart + 1 });
    this.#typed();
  }

  /** Recalls an older or newer line. False while the cursor can still move up or down inside the text. */
  walkHistory(direction: 'older' | 'newer'): boolean {
    if (this.#texts.isEdit(this.#roomId) || !this.#echo.isCursorAtEdge(direction)) return false;
    const line = this.#texts.history(this.#roomId)[direction](this.#field.value);
    if (line !== null) this.#typeAll(line);
    return line !== null;
  }

  /**
   * Completes the word at the cursor, also later when the server has to be asked. False without text: then Tab moves the focus.
   */
  complete(step: 1 | -1): boolean {
    if (this.isEmpty) return false;
    const before = this.#field.value;
    if (this.#aids !== null) this.#aids.tabKey.press(step);
    else void this.#loadAids().then(() => before === this.#field.value && this.#aids?.tabKey.press(step));
    return true;
  }

  /** Without a connection they are loaded with a later key. */
  async #loadAids(): Promise<void> {
    const type = (completed: Completed) => this.#type(completed);
    const input = { field: this.#field, type, roomId: () => this.#roomId };
    const loading = this.#deps.loadAids(input, this.#shown);
    const loaded = await loading.catch(() => null);
    this.#aids ??= loaded;
  }

  /** Leaves history for the draft. False when the draft is shown already, or an old line that was edited. */
  stopHistory(): boolean {
    const draft = this.#texts.history(this.#roomId).stop(this.#field.value);
    if (draft !== null) this.#typeAll(draft);
    return draft !== null;
  }

  /** Shows the text of a message for editing. The room's draft is kept meanwhile. */
  beginEdit(text: string): void {
    this.#texts.beginEdit(this.#roomId, text);
    this.#showAtEnd(text);
    this.focus();
  }

  /** Ends the edit in a room and shows its draft again. With `keep`, the edited text goes to the history. */
  endEdit(roomId: number, keep: boolean): void {
    if (this.#texts.endEdit(roomId, keep) && roomId === this.#roomId) this.enter(roomId);
  }

  /**
   * Shows an edit again that was entered as `line` and not saved. False if the person has typed since `inputCount`: then only
   * Up recalls it.
   */
  resumeEdit(roomId: number, line: string, inputCount: number): boolean {
    if (this.#inputCount !== inputCount || this.#texts.isEdit(roomId)) {
      this.#texts.history(roomId).add(line);
      return false;
    }
    this.#texts.beginEdit(roomId, line);
    if (roomId === this.#roomId) this.#showAtEnd(line);
    return true;
  }

  /** Replaces the text. The previous text goes to the history. */
  replace(text: string): void {
    if (!this.isEmpty) this.#texts.history(this.#roomId).add(this.#field.value);
    this.focus();
    this.#typeAll(text);
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
    this.#echo.stop();
    this.#field.removeEventListener('input', this.#onInput);
    document.removeEventListener('selectionchange', this.#onSelection);
  }

  readonly #onInput = (event: Event): void => {
    if (this.#aids?.text.isChanging === true) return;
    this.#aids?.text.checkUndo(event);
    this.#changed();
    this.#typed();
  };

  #typed(): void {
    this.#inputCount++;
    this.#deps.onTyping(this.#field.value);
    if (this.#aids === null) void this.#loadAids();
    else this.#aids.tabKey.prepare();
  }

  readonly #onSelection = (): void => {
    if (document.activeElement !== this.#field) return;
    this.#echo.update();
  };

  /** Restores a rejected line, unless the field has other text by now. Up recalls it in any case. */
  #giveBack({ line, roomId }: EnteredLine): void {
    if (roomId !== this.#roomId) this.#texts.giveBack(roomId, line);
    else if (this.isEmpty) this.#showAtEnd(line);
  }

  /** Shows another room's text, or that of another message. It has nothing to undo. */
  #showAtEnd(text: string): void {
    this.#set({ text, caret: text.length });
    this.#shown.begin(text);
    this.#changed();
  }

  #typeAll(text: string): void {
    this.#type({ text, caret: text.length });
  }

  /** Changes the text for a key that types none. Ctrl+Z undoes it. */
  #type(wanted: Completed): void {
    if (this.#aids === null) this.#set(wanted);
    else this.#aids.text.type(wanted);
    this.#changed();
  }

  #set({ text, caret }: Completed): void {
    this.#field.value = text;
    this.#field.setSelectionRange(caret, caret);
  }

  #changed(): void {
    const { value } = this.#field;
    this.#shown.add(value);
    this.#texts.set(this.#roomId, value);
    this.#deps.onLength(countCodePoints(value));
    this.#echo.update();
  }
}
