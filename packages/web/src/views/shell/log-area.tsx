import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { LocalLine } from '../../log/row.ts';
import { fillLocal } from '../../log/row-elements.ts';
import { shortCount } from '../../text/format.ts';
import { roomLabel } from '../../text/room-title.ts';
import { usePage } from '../use-page.ts';
import { mountLog } from './mount-log.ts';

/** The log of the open room, with the pill that counts new messages below. */
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
      // biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1: Safari gives a scrolling element no tab stop of its own, and the arrow keys reach the messages from here
      tabIndex={0}
      aria-label={`Messages in ${name}`}
    >
      <ol ref={list} />
      {isEmpty.value && (
        <p class="log-empty">
          No messages yet. Type the first one below and press Enter. /topic says what the room is for.
        </p>
      )}
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
      <ol>{last !== undefined && <LocalItem line={last} />}</ol>
      <p class="log-empty">
        You aren't in a room. Type /list or{' '}
        <button type="button" class="word" onClick={showRooms}>
          browse rooms
        </button>
        .
      </p>
    </div>
  );
}

/** A local line, as the log of a room shows it. */
function LocalItem({ line }: { line: LocalLine }) {
  return (
    <li
      ref={(item) => {
        if (item !== null) fillLocal(item, { kind: line.isWrong ? 'wrong' : 'local', ...line });
      }}
    />
  );
}

function BelowPill() {
  const { view, mounted } = usePage();
  const { count, hasMention, lines } = view.below.value;
  if (count === 0 && lines === 0) return null;
  const toEnd = () => {
    mounted.log?.toEnd();
    mounted.composer?.focus();
  };
  const look = hasMention ? 'mention' : count > 0 ? 'new' : '';
  return (
    <button type="button" class={`log-below ${look}`} onClick={toEnd}>
      {count > 0 ? `${shortCount(count)} new below` : `${shortCount(lines)} more below`}{' '}
      <span class="key">Ctrl+End</span>
    </button>
  );
}
