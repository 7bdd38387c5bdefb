import { useComputed } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { linkText } from '../../text/connection-text.ts';
import { clockTime, listNames, visibleName } from '../../text/format.ts';
import { roomTitle } from '../../text/room-title.ts';
import { usePage } from '../use-page.ts';

/** The line above the input: the time, who and where one is, what waits elsewhere, the connection. */
export function StatusBar() {
  const { session, view, self } = usePage();
  const room = view.room.value;
  const number = session.rooms().findIndex((each) => each.id === room?.id) + 1;
  const isLive = session.connection().state.name === 'live';
  return (
    <div class={isLive ? 'status-bar' : 'status-bar broken'}>
      <Clock />
      <b>{visibleName(self.username)}</b>
      {room !== null && (
        <span>
          {number}:{roomTitle(room, self.id)}
        </span>
      )}
      <Activity />
      <span class="gap" />
      <Typing />
      <Link />
    </div>
  );
}

function Clock() {
  const { nowMs } = usePage();
  // Counted once a second, drawn once a minute: the text is what is followed.
  const text = useComputed(() => {
    void nowMs.value;
    return clockTime(new Date().toISOString());
  });
  return <span>{text}</span>;
}

/** Other rooms with something new, by number: mentions first. */
function Activity() {
  const { session, view } = usePage();
  const numbered = session.rooms().map((room, index) => ({ room, number: index + 1 }));
  const active = numbered.filter(({ room }) => room.unread > 0 && room.id !== view.room.value?.id);
  if (active.length === 0) return null;
  const sorted = [
    ...active.filter(({ room }) => room.mentions > 0),
    ...active.filter(({ room }) => room.mentions === 0),
  ];
  const marks: ComponentChildren[] = sorted.map(({ room, number }) => (
    <span key={room.id}> {room.mentions > 0 ? <span class="active-mention">{number}!</span> : number}</span>
  ));
  return <span class="shrinks">act:{marks}</span>;
}

function Typing() {
  const { session, view } = usePage();
  const room = view.room.value;
  const names = room === null ? [] : session.typing(room.id).map(visibleName);
  if (names.length === 0) return null;
  return (
    <span class="shrinks">
      {listNames(names)} {names.length === 1 ? 'is' : 'are'} typing
    </span>
  );
}

function Link() {
  const { session, client, nowMs } = usePage();
  const { state, sinceMs } = session.connection();
  const isLive = state.name === 'live';
  const link = linkText({
    state,
    // A live link has no countdown, so it does not follow the clock.
    elapsedMs: isLive ? 0 : Math.max(0, nowMs.value - sinceMs),
    queuedCount: session.queuedCount(),
    latencyMs: session.latencyMs(),
  });
  if (link === null) return null;
  return (
    <span class={link.isUp ? 'link' : 'link broken'}>
      <span class={link.isUp ? 'dot' : 'dot hollow'} /> {link.text}{' '}
      {link.canRetry && (
        <button type="button" class="word" onClick={() => client.retryNow()}>
          now
        </button>
      )}
    </span>
  );
}
