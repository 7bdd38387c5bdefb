/** The DOM of one row. Text that people wrote becomes text nodes, never HTML. */
import { nickColor } from '@banter/client';
import { clockTime, cutName, visibleName } from '../text/format.ts';
import { buttonElement, element, pointerButton } from './element.ts';
import type { LineRow, LocalRow, MessageRow, Row } from './row.ts';
import { wordsElement } from './words-element.ts';

/** The buttons of a message that failed to send. */
export type FailureAction = 'retry' | 'edit' | 'discard';

/** Called when a person presses something in a row. */
export type RowActions = {
  /** A button of the failed message with that client id. */
  onFailure(action: FailureAction, pendingId: string): void;
  /** A reaction: `on` adds the reader's own, otherwise it is removed. */
  onReact(seq: number, emoji: string, on: boolean): void;
  /** The quoted line of the message at `seq`. */
  onQuote(seq: number): void;
};

const FAILURE_ACTIONS: readonly FailureAction[] = ['retry', 'edit', 'discard'];

const LINE_CLASSES: Record<LineRow['kind'], string> = {
  day: 'day',
  unread: 'unread-line',
  notice: 'notice',
  hole: 'hole',
};

/** The sign in the nick column of a line that only this page shows. No username can be it. */
const LOCAL_SIGN = '-!-';

/** The mark in the time cell of a message that is not stored, and its label for screen readers. */
const WAITING = {
  queued: { mark: '···', label: 'queued', className: 'waiting' },
  sent: { mark: '···', label: 'sending', className: 'waiting' },
  failed: { mark: '!', label: 'not sent', className: 'failed' },
} as const;

/** Creates an empty list item. `fillRow` fills it. */
export function createRowElement(): HTMLLIElement {
  return document.createElement('li');
}

/** Makes `item` show `row`. `previous` is the row that it shows now, if any: then only differences are changed. */
export function fillRow(
  item: HTMLLIElement,
  row: Row,
  previous: Row | null,
  self: string,
  actions: RowActions,
): void {
  if (row.kind === 'message') fillMessage(item, row, previous, self, actions);
  else if ('at' in row) fillLocal(item, row);
  else fillLine(item, row);
}

function fillMessage(
  item: HTMLLIElement,
  row: MessageRow,
  previous: Row | null,
  self: string,
  actions: RowActions,
): void {
  item.className = messageClass(row);
  if (previous?.kind === 'message' && hasSameText(previous, row)) {
    item.querySelector('time')?.replaceWith(timeElement(row));
    item.querySelector('.failure')?.remove();
  } else {
    item.replaceChildren(nickElement(row), bodyElement(row, self, actions), timeElement(row));
  }
  if (row.reason !== '') item.querySelector('.body')?.append(failureElement(row, actions));
}

/** The facts that later events can change. */
const CHANGEABLE = ['isDeleted', 'isEdited', 'quote', 'reactions'] as const;

/** Whether the text is the same, so that its nodes, and a selection in them, can stay. */
function hasSameText(first: MessageRow, second: MessageRow): boolean {
  return (
    first.content === second.content &&
    first.isAction === second.isAction &&
    CHANGEABLE.every((fact) => first[fact] === second[fact]) &&
    first.addressee === second.addressee &&
    first.username === second.username
  );
}

function fillLine(item: HTMLLIElement, row: LineRow): void {
  item.className = LINE_CLASSES[row.kind];
  // CSS centres a notice on whole cells, and needs its length for that.
  item.style.setProperty('--chars', String(Array.from(row.text).length));
  const words = element('span', '', row.text);
  words.dir = 'auto';
  item.replaceChildren(words);
}

/** Makes `item` show a local line. Its sign is where a message has its author, so that no text can imitate it. */
export function fillLocal(item: HTMLLIElement, row: LocalRow): void {
  item.className = row.kind === 'wrong' ? 'local wrong' : 'local';
  const sign = element('span', 'sign', LOCAL_SIGN);
  sign.role = 'img';
  sign.ariaLabel = 'Only you see this:';
  const text = element('span', 'text', row.text);
  text.dir = 'auto';
  item.replaceChildren(sign, text, clockElement(row.at));
}

function messageClass(row: MessageRow): string {
  const classes = ['message', row.isOwn ? 'nick-own' : `nick-${nickColor(row.username)}`];
  if (row.isContinued) classes.push('continued');
  // A waiting or failed message shows its mark instead of the time.
  if (row.isSameMinute && row.status === 'stored') classes.push('same-minute');
  if (row.isMention) classes.push('mention');
  if (row.isAction) classes.push('action');
  if (row.isDeleted) classes.push('deleted');
  if (row.status !== 'stored') classes.push(WAITING[row.status].className);
  return classes.join(' ');
}

function nickElement(row: MessageRow): HTMLElement {
  const name = visibleName(row.username);
  if (row.isAction) return actionMark(name);
  const cut = cutName(name);
  const nick = element('span', 'nick');
  nick.title = name;
  nick.append(element('bdi', cut === name ? '' : 'full', name));
  if (cut !== name) {
    const short = element('bdi', 'cut', cut);
    short.ariaHidden = 'true';
    nick.append(short);
  }
  return nick;
}

/** The `*` in the nick column of an action, whose nick is in its text. */
function actionMark(name: string): HTMLElement {
  const mark = element('span', 'nick', '*');
  mark.title = name;
  mark.ariaHidden = 'true';
  return mark;
}

function bodyElement(row: MessageRow, self: string, actions: RowActions): HTMLElement {
  const body = element('div', 'body');
  if (row.quote !== '') body.append(quoteElement(row, actions));
  if (row.isDeleted) {
    body.append(element('span', 'words', 'message deleted'));
    return body;
  }
  const words = wordsElement(row.content, { self, addressee: row.addressee });
  // An action's text begins with its author.
  if (row.isAction) body.append(element('bdi', 'actor', visibleName(row.username)), ' ');
  if (row.isEdited) words.append(' ', element('span', 'edited', '(edited)'));
  body.append(words);
  if (row.reactions.length > 0) body.append(reactionsElement(row, actions));
  return body;
}

function quoteElement({ quote, replyTo }: MessageRow, actions: RowActions): HTMLElement {
  const button = pointerButton('quote', quote, () => actions.onQuote(replyTo));
  button.title = 'go to the message';
  return button;
}

function reactionsElement({ seq, reactions }: MessageRow, actions: RowActions): HTMLElement {
  const line = element('div', 'reactions');
  for (const { emoji, count, mine = false } of reactions) {
    const toggle = () => actions.onReact(seq, emoji, !mine);
    const button = pointerButton(mine ? 'mine' : '', `${emoji} ${count}`, toggle);
    button.ariaPressed = String(mine);
    line.append(button);
  }
  return line;
}

function clockElement(at: string): HTMLElement {
  const time = document.createElement('time');
  time.dateTime = at;
  time.title = at;
  time.textContent = clockTime(at);
  return time;
}

function timeElement(row: MessageRow): HTMLElement {
  const time = clockElement(row.at);
  if (row.status === 'stored') return time;
  const { mark, label } = WAITING[row.status];
  const shown = element('span', '', mark);
  shown.ariaHidden = 'true';
  time.replaceChildren(shown, element('span', 'unseen', label));
  return time;
}

function failureElement(row: MessageRow, actions: RowActions): HTMLElement {
  const { pendingId } = row;
  const failure = element('div', 'failure', '');
  failure.append(element('span', '', row.reason));
  // A queued message goes on by itself.
  for (const action of row.status === 'failed' ? FAILURE_ACTIONS : []) {
    const settle = () => pendingId !== null && actions.onFailure(action, pendingId);
    failure.append(buttonElement('word', action, settle));
  }
  return failure;
}
