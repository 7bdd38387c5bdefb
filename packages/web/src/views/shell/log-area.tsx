import { mentionsUser } from '@banter/client';
import { markupText, parseMarkup } from '@banter/protocol';
import { effect, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { createLogView } from '../../log/log-view.ts';
import type { MessageTool } from '../../log/message-tools.ts';
import type { FailureAction } from '../../log/row-elements.ts';
import type { MessageRow } from '../../log/rows.ts';
import { orPrint } from '../../page/local-lines.ts';
import { react, startReply } from '../../page/message-actions.ts';
import { isWatched, type Page } from '../../page/page.ts';
import { shortCount, visibleName } from '../../text/format.ts';
import { roomLabel } from '../../text/room-title.ts';
import { usePage } from '../use-page.ts';

const NO_MESSAGES = 'No messages yet. Say something, or /topic to name what this is for.';

/** The log of the open room, with the pill for what came below. */
export function LogArea() {
  const { view, self } = usePage();
  const room = view.room.value;
  return (
    <main class="log-area">
      {room === null ? (
        <NoRooms />
      ) : (
        <RoomLog key={room.id} roomId={room.id} name={roomLabel(room, self.id)} />
      )}
      <BelowPill />
    </main>
  );
}

function RoomLog({ roomId, name }: { roomId: number; name: string }) {
  const page = usePage();
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const isEmpty = useSignal(false);
  useEffect(() => {
    if (scroller.current === null || list.current === null) return;
    return mountLog(page, roomId, scroller.current, list.current, (empty) => {
      isEmpty.value = empty;
    });
  }, [page, roomId, isEmpty]);
  return (
    <div
      class="log"
      ref={scroller}
      role="log"
      aria-live="off"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse
      tabIndex={0}
      aria-label={`Messages in ${name}`}
    >
      <ol ref={list} />
      {isEmpty.value && <p class="log-empty">{NO_MESSAGES}</p>}
    </div>
  );
}

function NoRooms() {
  const { view } = usePage();
  const last = view.localLines(0).at(-1);
  const showRooms = () => {
    view.dialog.value = { name: 'join', filter: '' };
  };
  return (
    <div class="log">
      <ol>{last !== undefined && <li class={last.isWrong ? 'local wrong' : 'local'}>{last.text}</li>}</ol>
      <p class="log-empty">
        You are in no room. Type /list, or{' '}
        <button type="button" class="word" onClick={showRooms}>
          see the rooms
        </button>
      </p>
    </div>
  );
}

function BelowPill() {
  const { view, mounted } = usePage();
  const { count, hasMention } = view.below.value;
  if (count === 0) return null;
  const toEnd = () => {
    mounted.log?.toEnd();
    mounted.composer?.focus();
  };
  return (
    <button type="button" class={hasMention ? 'log-below mention' : 'log-below'} onClick={toEnd}>
      {shortCount(count)} new below
    </button>
  );
}

function mountLog(
  page: Page,
  roomId: number,
  scroller: HTMLElement,
  list: HTMLOListElement,
  onDrawn: (isEmpty: boolean) => void,
): () => void {
  const { client, view, self, announcer } = page;
  view.below.value = { count: 0, hasMention: false };
  const log = createLogView({
    scroller,
    list,
    timeline: client.timeline(roomId),
    self: self.username,
    unreadCount: () => client.rooms.find((room) => room.id === roomId)?.unread ?? 0,
    knownNames: () => new Set(client.people(roomId).map((person) => person.username.toLowerCase())),
    localLines: () => view.localLines(roomId),
    hidesJoins: () => view.hidesJoins.value,
    isWatched,
    isMention: (message) => mentionsUser(message, self.id),
    markRead: (seq) => client.markRead(roomId, seq),
    onBelow: (below) => {
      view.below.value = below;
    },
    onDrawn,
    onArrival: (entry) => {
      if (entry.kind !== 'message') return;
      announcer.message(
        `${visibleName(entry.message.username)}: ${markupText(parseMarkup(entry.message.content ?? ''))}`,
      );
    },
    onFailure: (action, pendingId) => settleFailure(page, action, pendingId),
    onReact: (seq, emoji, on) => void react(page, roomId, seq, emoji, on),
    onQuote: (seq) => view.openMessage(roomId, seq),
    onTool: (tool, row) => obeyTool(page, roomId, tool, row),
    delay: page.delay,
  });
  page.mounted.log = log;
  const toSeq = (seq: number) => void orPrint(page, 'Not found', log.toSeq(seq));
  const stops = [
    log.destroy,
    listenToLooks(log.lookChanged),
    redrawWith(page, roomId, log.refresh),
    followTarget(page, roomId, toSeq),
  ];
  return () => {
    page.mounted.log = null;
    for (const stop of stops) stop();
  };
}

function obeyTool(page: Page, roomId: number, tool: MessageTool, row: MessageRow): void {
  if (tool === 'reply') startReply(page, { ...row, roomId });
  else page.view.dialog.value = { name: 'message', roomId, row };
}

/** A row that was not sent: try again, take it back into the input, or drop it. */
function settleFailure({ client, mounted }: Page, action: FailureAction, pendingId: string): void {
  if (action === 'retry') {
    client.retry(pendingId);
    return;
  }
  const content = client.discard(pendingId);
  if (action === 'edit') mounted.composer?.replace(content);
}

/** Draws again when local lines, people or the connection change. */
function redrawWith({ view, session }: Page, roomId: number, refresh: () => void): () => void {
  return effect(() => {
    view.localLines(roomId);
    void view.hidesJoins.value;
    session.people(roomId);
    session.connection();
    refresh();
  });
}

/** Goes to the message that somebody wants to see here. */
function followTarget({ view }: Page, roomId: number, toSeq: (seq: number) => void): () => void {
  return effect(() => {
    const target = view.target.value;
    if (target?.roomId !== roomId) return;
    view.target.value = null;
    toSeq(target.seq);
  });
}

function listenToLooks(changed: () => void): () => void {
  window.addEventListener('focus', changed);
  window.addEventListener('blur', changed);
  document.addEventListener('visibilitychange', changed);
  return () => {
    window.removeEventListener('focus', changed);
    window.removeEventListener('blur', changed);
    document.removeEventListener('visibilitychange', changed);
  };
}
