/** The browser's tab: its title, its icon, and the machine's network state. */
import { effect } from '@preact/signals';
import { linkText } from '../text/connection-text.ts';
import { roomTitle } from '../text/room-title.ts';
import { printLocal } from './local-lines.ts';
import type { Page } from './page.ts';
import { followSignOut } from './sign-out.ts';
import { rejectTransfers } from './transfers.ts';

/** `(!1) #room — host`: the number of mentions, or else of unread messages. */
export function tabTitle(room: string | null, host: string, mentions: number, unread: number): string {
  const count = mentions > 0 ? `(!${mentions}) ` : unread > 0 ? `(${unread}) ` : '';
  return `${count}${room === null ? '' : `${room} — `}${host}`;
}

/** Keeps title and icon up to date, follows the network and other tabs, and rejects files. Returns a function that stops it. */
export function followTab(page: Page): () => void {
  const stops = [
    effect(() => showTitle(page)),
    announceConnection(page),
    followNetwork(page),
    followSignOut(page),
    rejectTransfers(page),
  ];
  return () => {
    for (const stop of stops) stop();
    document.title = page.host;
  };
}

function showTitle({ clientState, view, host, self }: Page): void {
  const room = view.room.value;
  const rooms = clientState.rooms();
  const mentions = rooms.reduce((sum, room) => sum + room.mentions, 0);
  const unread = rooms.reduce((sum, room) => sum + room.unread, 0);
  document.title = tabTitle(room && roomTitle(room, self.id), host, mentions, unread);
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  if (icon !== null) icon.href = mentions > 0 ? '/favicon-unread.svg' : '/favicon.svg';
}

/** Announces each state of the connection once, without the countdown. */
function announceConnection(page: Page): () => void {
  const { clientState, announcer } = page;
  let last = 'live';
  let obstacle = '';
  return effect(() => {
    const { state } = clientState.connection();
    // The server's words tell whoever runs the proxy which setting mends it.
    if (state.name === 'reconnecting' && state.obstacle !== undefined && state.obstacle !== obstacle) {
      obstacle = state.obstacle;
      printLocal(page, obstacle, true);
    }
    if (state.name === last || state.name === 'idle' || state.name === 'connecting') return;
    last = state.name;
    const text = linkText({ state, elapsedMs: 0, queuedCount: 0, latencyMs: null })?.text;
    if (text !== undefined) announcer.state(text);
  });
}

/** A visible page runs every second, unless the machine sleeps. */
const SLEPT_MS = 10_000;

function followNetwork({ client, nowMs }: Page): () => void {
  const onNetwork = () => client.setOnline(navigator.onLine);
  let awakeAtMs = Date.now();
  /** Only the wall clock goes on while every machine sleeps. */
  const onAwake = () => {
    const before = awakeAtMs;
    awakeAtMs = Date.now();
    return awakeAtMs - before > SLEPT_MS;
  };
  const onSeen = () => {
    if (document.visibilityState === 'visible') client.retryNow(onAwake());
  };
  const stop = effect(() => {
    if (nowMs.value > 0 && document.visibilityState === 'visible' && onAwake()) client.retryNow(true);
  });
  const onKey = () => client.retryNow();
  window.addEventListener('online', onNetwork);
  window.addEventListener('offline', onNetwork);
  document.addEventListener('visibilitychange', onSeen);
  document.addEventListener('keydown', onKey);
  return () => {
    stop();
    window.removeEventListener('online', onNetwork);
    window.removeEventListener('offline', onNetwork);
    document.removeEventListener('visibilitychange', onSeen);
    document.removeEventListener('keydown', onKey);
  };
}
