/** The texts of each room's input: the draft, the edit of a message in its place, and the lines sent before. */
import type { Drafts } from './drafts.ts';
import { createHistory, type History } from './history.ts';

/** The texts of one person. */
export class RoomTexts {
  readonly #drafts: Drafts;
  readonly #histories = new Map<number, History>();
  /** The texts of messages being edited, by room. They are not drafts: a reload drops them. */
  readonly #edits = new Map<number, string>();

  constructor(drafts: Drafts) {
    this.#drafts = drafts;
  }

  /** The text that the input shows in a room: the edit, or else the draft. */
  get(roomId: number): string {
    return this.#edits.get(roomId) ?? this.#drafts.get(roomId);
  }

  /** Keeps the text that the input shows in a room. */
  set(roomId: number, text: string): void {
    if (this.#edits.has(roomId)) this.#edits.set(roomId, text);
    else this.#drafts.set(roomId, text);
  }

  /** Whether a message is being edited in a room. */
  isEdit(roomId: number): boolean {
    return this.#edits.has(roomId);
  }

  /** Begins an edit. The room's draft is kept meanwhile. */
  beginEdit(roomId: number, text: string): void {
    this.#edits.set(roomId, text);
  }

  /** Ends the edit in a room; false without one. With `keep`, its text goes to the history. */
  endEdit(roomId: number, keep: boolean): boolean {
    const text = this.#edits.get(roomId);
    if (text === undefined) return false;
    this.#edits.delete(roomId);
    if (keep && text.trim() !== '') this.history(roomId).add(text);
    return true;
  }

  /** Makes a line the draft of a room that is not open, unless it has another draft. */
  giveBack(roomId: number, line: string): void {
    if (this.#drafts.get(roomId) === '') this.#drafts.set(roomId, line);
  }

  /** The lines that were sent in a room. */
  history(roomId: number): History {
    const history = this.#histories.get(roomId) ?? createHistory();
    this.#histories.set(roomId, history);
    return history;
  }
}
