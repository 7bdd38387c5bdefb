/** The input: sends lines and commands, keeps drafts and history per room, completes with Tab, draws its cursor. */
import { type Completed, type CompletionSource, createCompletion } from './completion.ts';
import type { Drafts } from './drafts.ts';
import { isCursorAtEdge, paintEcho } from './echo.ts';
import { createHistory, type History } from './history.ts';

export type ComposerDeps = {
  field: HTMLTextAreaElement;
  /** Mirrors the text under the field: it gives the field its height and shows the cursor's cell. */
  echo: HTMLElement;
  drafts: Drafts;
  /** Takes a line that was finished in that room. False: it was refused, and is given back. */
  submit(line: string, roomId: number): Promise<boolean>;
  /** Whether a line may have to wait for the server: then it goes after those entered before it. */
  isCommand(line: string): boolean;
  completions(): CompletionSource;
  /** The text changed by typing. */
  onTyping(text: string): void;
  onLength(codeUnits: number): void;
};

export type Composer = {
  /** Shows the draft of a room; 0 for no room. */
  enter(roomId: number): void;
  send(): void;
  newline(): void;
  /** False when the caret can still move up (or down) in the text: then the key is the field's. */
  walkHistory(direction: 'older' | 'newer'): boolean;
  /** False when there is nothing to complete: then Tab moves the focus. */
  complete(step: 1 | -1): boolean;
  /** Leaves history for the draft; false when the draft is shown, or an old line that was edited. */
  stopHistory(): boolean;
  /** Puts `text` of a message that is being edited in; the room's draft waits meanwhile. */
  beginEdit(text: string): void;
  /** Gives the draft of that room back. With `keep`, what was typed is one Up away. */
  endEdit(roomId: number, keep: boolean): void;
  /** Puts `text` in; what stood there can be had back with Up. */
  replace(text: string): void;
  /** Gives the field the keyboard, with the caret where it was. */
  focus(): void;
  readonly isEmpty: boolean;
  destroy(): void;
};

/** A line, and the room that it was entered in. */
type Entered = { line: string; roomId: number };

/** How many fence marks stand in a text; an odd number leaves a code block open. */
const FENCE = /```/g;

/** Drives `field` until destroyed. */
export function createComposer(deps: ComposerDeps): Composer {
  const { field, echo, drafts } = deps;
  const histories = new Map<number, History>();
  /** Texts of messages that are being edited, by room. They are no drafts: a reload drops them. */
  const edits = new Map<number, string>();
  const completion = createCompletion();
  let roomId = 0;
  let isSubmitting = false;
  /** Entered, and not yet submitted. */
  let waiting: Entered[] = [];
  let reveal = 0;

  const historyOf = (id: number) => {
    const known = histories.get(id) ?? createHistory();
    histories.set(id, known);
    return known;
  };
  const history = () => historyOf(roomId);
  const paint = () => paintEcho(echo, field);
  const show = ({ text, caret }: Completed) => {
    field.value = text;
    field.setSelectionRange(caret, caret);
    changed();
  };
  const showAtEnd = (text: string) => show({ text, caret: text.length });
  const changed = () => {
    if (edits.has(roomId)) edits.set(roomId, field.value);
    else drafts.set(roomId, field.value);
    deps.onLength(field.value.length);
    paint();
    revealSoon();
  };
  /** With the frame, not before it: to scroll asks for the layout, which the log may be about to change. */
  const revealSoon = () => {
    cancelAnimationFrame(reveal);
    reveal = requestAnimationFrame(() => echo.querySelector('.cursor')?.scrollIntoView({ block: 'nearest' }));
  };
  const onInput = () => {
    changed();
    deps.onTyping(field.value);
  };
  const onSelection = () => {
    if (document.activeElement !== field) return;
    paint();
    revealSoon();
  };

  /** The field is free at once; commands go one after the other, and nothing else waits for them. */
  async function send(): Promise<void> {
    const line = field.value;
    if (line.trim() === '') return;
    if (isFenceOpen(line.slice(0, field.selectionStart))) return newline();
    if (edits.has(roomId)) {
      if (!isSubmitting) await submitting(() => deps.submit(line, roomId));
    } else {
      const entered = { line, roomId };
      history().add(line);
      showAtEnd('');
      if (deps.isCommand(line)) waiting.push(entered);
      else if (!(await deps.submit(line, entered.roomId))) giveBack(entered);
    }
    if (!isSubmitting && waiting.length > 0) await submitting(submitWaiting);
  }

  async function submitting(task: () => Promise<unknown>): Promise<void> {
    isSubmitting = true;
    await task().finally(() => {
      isSubmitting = false;
    });
  }

  async function submitWaiting(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (await deps.submit(next.line, next.roomId)) continue;
      // What was entered behind it may have relied on it: it is one Up away, and goes nowhere by itself.
      waiting = [];
      giveBack(next);
    }
  }

  /** Where something else was typed meanwhile the line is one Up away. */
  function giveBack({ line, roomId: from }: Entered): void {
    if (from !== roomId && drafts.get(from) === '') drafts.set(from, line);
    else if (from === roomId && field.value === '') showAtEnd(line);
  }

  function newline(): void {
    field.setRangeText('\n', field.selectionStart, field.selectionEnd, 'end');
    onInput();
  }

  field.addEventListener('input', onInput);
  document.addEventListener('selectionchange', onSelection);

  return {
    enter(id) {
      roomId = id;
      showAtEnd(edits.get(id) ?? drafts.get(id));
    },
    send: () => void send(),
    newline,
    walkHistory(direction) {
      // The browser tells of a moved caret a moment later than it moves.
      paint();
      if (edits.has(roomId) || !isCursorAtEdge(echo, direction)) return false;
      const line = direction === 'older' ? history().older(field.value) : history().newer(field.value);
      if (line !== null) showAtEnd(line);
      return line !== null;
    },
    complete(step) {
      if (field.selectionStart !== field.selectionEnd) return false;
      const completed = completion.next(field.value, field.selectionStart, step, deps.completions());
      if (completed !== null) show(completed);
      return completed !== null;
    },
    stopHistory() {
      const draft = history().stop(field.value);
      if (draft !== null) showAtEnd(draft);
      return draft !== null;
    },
    beginEdit(text) {
      edits.set(roomId, text);
      showAtEnd(text);
      focusAnew(field);
    },
    endEdit(id, keep) {
      const text = edits.get(id);
      if (text === undefined) return;
      edits.delete(id);
      if (keep && text.trim() !== '') historyOf(id).add(text);
      if (id === roomId) showAtEnd(drafts.get(id));
    },
    replace(text) {
      if (field.value !== '') history().add(field.value);
      showAtEnd(text);
      focusAnew(field);
    },
    focus: () => focusAnew(field),
    get isEmpty() {
      return field.value === '';
    },
    destroy() {
      cancelAnimationFrame(reveal);
      field.removeEventListener('input', onInput);
      document.removeEventListener('selectionchange', onSelection);
    },
  };
}

/**
 * A dialog that closes gives the focus back without the selection, and then no key reaches the field: to focus what
 * has the focus does nothing, so it is taken away first.
 */
function focusAnew(field: HTMLTextAreaElement): void {
  if (document.activeElement === field) field.blur();
  field.focus();
}

function isFenceOpen(text: string): boolean {
  return (text.match(FENCE)?.length ?? 0) % 2 === 1;
}
