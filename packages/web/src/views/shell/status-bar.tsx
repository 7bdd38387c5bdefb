import { useComputed } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { linkText } from '../../text/connection-text.ts';
import { clockTime, listNames, visibleName } from '../../text/format.ts';
import { roomTitle } from '../../text/room-title.ts';
import { usePage } from '../use-page.ts';

/** The line above the input: time, username, room, activity in other rooms, typing, connection. */
export function StatusBar() {
  const { clientState, view, self } = usePage();
  const room = view.room.value;
  const number = clientState.rooms().findIndex((each) => each.id === room?.id) + 1;
  const isLive = clientState.connection().state.name === 'live';
  return (
    <div class={isLive ? 'status-bar' : 'status-bar broken'}>
      <Clock />
      <b>{visibleName(self.username)}</b>
      {room !== null && (
        <span>
          {number > 0 && `${number}:`}
          {roomTitle(room, self.id)}
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
  // Computed every second, but rendered only when the text changes.
  const text = useComputed(() => {
    void nowMs.value;
    return clockTime(new Date().toISOString());
  });
  return <span>{text}</span>;
}

/** The numbers of other rooms with unread messages, mentions first. */
function Activity() {
  const { clientState, view } = usePage();
  const numbered = clientState.rooms().map((room, index) => ({ room, number: index + 1 }));
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
  const { clientState, view } = usePage();
  const room = view.room.value;
  const names = room === null ? [] : clientState.typing(room.id).map(visibleName);
  if (names.length === 0) return null;
  return (
    <span class="shrinks">
      {listNames(names)} {names.length === 1 ? 'is' : 'are'} typing
    </span>
  );
}

function Link() {
  const { clientState, client, nowMs } = usePage();
  const { state, sinceMs } = clientState.connection();
  const isLive = state.name === 'live';
  const link = linkText({
    state,
    // Only a countdown needs the clock. A live connection doesn't re-render every second.
    elapsedMs: isLive ? 0 : Math.max(0, nowMs.value - sinceMs),
    queuedCount: clientState.queuedCount(),
    latencyMs: clientState.latencyMs(),
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
