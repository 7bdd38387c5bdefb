import { markupText, parseMarkup } from '@banter/protocol';
import { effect, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { shortCount, visibleName } from '../format.ts';
import { createLogView } from '../log/log-view.ts';
import type { FailureAction } from '../log/row-elements.ts';
import { namesUser } from '../mentions.ts';
import { isWatched, type Page } from '../page.ts';
import { usePage } from './use-page.ts';

const NO_MESSAGES = 'No messages yet. Say something, or /topic to name what this is for.';

/** The log of the open room, with the pill for what came below. */
export function LogArea() {
  const { view } = usePage();
  const room = view.room.value;
  return (
    <main class="log-area">
      {room === null ? <NoRooms /> : <RoomLog key={room.id} roomId={room.id} name={room.name} />}
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
    isWatched,
    isMention: (content) => namesUser(content, self.username),
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
    delay: page.delay,
  });
  page.mounted.log = log;
  const stops = [log.destroy, listenToLooks(log.lookChanged), redrawWith(page, roomId, log.refresh)];
  return () => {
    page.mounted.log = null;
    for (const stop of stops) stop();
  };
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
    session.people(roomId);
    session.connection();
    refresh();
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
