/** Connects the log of a room to the page. */
import { mentionsUser } from '@banter/client';
import { markupText, parseMarkup } from '@banter/protocol';
import { effect } from '@preact/signals';
import { NOTHING_BELOW } from '../../log/below-counter.ts';
import { LogView } from '../../log/log-view.ts';
import type { MessageTool } from '../../log/message-tools.ts';
import type { MessageRow } from '../../log/row.ts';
import type { FailureAction } from '../../log/row-elements.ts';
import { printFailure } from '../../page/local-lines.ts';
import { react, startReply } from '../../page/message-actions.ts';
import { onNextFrame } from '../../page/next-frame.ts';
import { isWatched, type Page } from '../../page/page.ts';
import { visibleName } from '../../text/format.ts';

/**
 * Shows a room's log in `list`, which scrolls in `scroller`. `onDrawn` is called after each drawing with whether the room
 * is empty. Returns a function that removes the log.
 */
export function mountLog(
  page: Page,
  roomId: number,
  scroller: HTMLElement,
  list: HTMLOListElement,
  onDrawn: (isEmpty: boolean) => void,
): () => void {
  const { client, view, self, announcer } = page;
  view.below.value = NOTHING_BELOW;
  const isDirect = client.rooms.find((room) => room.id === roomId)?.kind === 'direct';
  const log = new LogView({
    scroller,
    list,
    timeline: client.timeline(roomId),
    self: self.username,
    unreadCount: () => client.rooms.find((room) => room.id === roomId)?.unread ?? 0,
    knownNames: () => new Set(client.people(roomId).map((person) => person.username.toLowerCase())),
    localLines: () => view.localLines(roomId),
    hidesJoins: () => view.hidesJoins.value,
    isWatched,
    // In a direct room every message calls the reader. Only those that name or answer the reader differ from the others.
    isMention: (message) =>
      isDirect ? (message.mentions?.includes(self.id) ?? false) : mentionsUser(message, self.id),
    markRead: (seq) => client.markRead(roomId, seq),
    onBelow: (below) => {
      view.below.value = below;
    },
    onDrawn,
    onArrival: (entry) => {
      if (entry.kind !== 'message') return;
      const { username, content = '' } = entry.message;
      announcer.message(() => `${visibleName(username)}: ${markupText(parseMarkup(content))}`);
    },
    onFailure: (action, pendingId) => handleFailure(page, action, pendingId),
    onReact: (seq, emoji, on) => void react(page, roomId, seq, emoji, on),
    onQuote: (seq) => view.openMessage(roomId, seq),
    onTool: (tool, row) => runTool(page, roomId, tool, row),
    delay: page.delay,
  });
  page.mounted.log = log;
  const toSeq = (seq: number) => void printFailure(page, "Couldn't open the message", log.toSeq(seq));
  const stops = [
    () => log.destroy(),
    followAttention(() => log.attentionChanged()),
    redrawOnChange(page, roomId, () => log.refresh()),
    followTarget(page, roomId, toSeq),
  ];
  return () => {
    const hadFocus = list.contains(document.activeElement);
    page.mounted.log = null;
    for (const stop of stops) stop();
    if (hadFocus) page.mounted.composer?.focus();
  };
}

function runTool(page: Page, roomId: number, tool: MessageTool, row: MessageRow): void {
  if (tool === 'reply') startReply(page, { ...row, roomId });
  else page.view.dialog.value = { name: 'message', roomId, row };
}

/** Retries a failed message, moves it back into the input, or discards it. */
function handleFailure({ client, mounted }: Page, action: FailureAction, pendingId: string): void {
  const returnToRow = mounted.log?.cursor.hold();
  if (action === 'retry') client.retry(pendingId);
  else {
    const content = client.discard(pendingId);
    if (action === 'edit') mounted.composer?.replace(content);
  }
  if (action === 'edit') return;
  // The log has drawn the change by then.
  onNextFrame(() => {
    if (returnToRow?.() !== true) mounted.composer?.focus();
  });
}

/** Redraws when local lines, people or the connection change. */
function redrawOnChange({ view, clientState }: Page, roomId: number, redraw: () => void): () => void {
  return effect(() => {
    view.localLines(roomId);
    void view.hidesJoins.value;
    clientState.people(roomId);
    clientState.connection();
    redraw();
  });
}

/** Scrolls to each message that is opened in this room. */
function followTarget({ view }: Page, roomId: number, toSeq: (seq: number) => void): () => void {
  return effect(() => {
    const target = view.target.value;
    if (target?.roomId !== roomId) return;
    view.target.value = null;
    toSeq(target.seq);
  });
}

/** Calls `changed` when the page gains or loses focus or visibility. */
function followAttention(changed: () => void): () => void {
  window.addEventListener('focus', changed);
  window.addEventListener('blur', changed);
  document.addEventListener('visibilitychange', changed);
  return () => {
    window.removeEventListener('focus', changed);
    window.removeEventListener('blur', changed);
    document.removeEventListener('visibilitychange', changed);
  };
}
