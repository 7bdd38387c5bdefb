/** The browser's tab: its title, its icon, and what it hears of the machine's connection. */
import { effect } from '@preact/signals';
import { linkText } from '../text/connection-text.ts';
import { roomTitle } from '../text/room-title.ts';
import type { Page } from './page.ts';

/** `(!1) #room — host`: mentions first, else how much is unread. */
export function tabTitle(room: string | null, host: string, mentions: number, unread: number): string {
  const count = mentions > 0 ? `(!${mentions}) ` : unread > 0 ? `(${unread}) ` : '';
  return `${count}${room === null ? '' : `${room} — `}${host}`;
}

/** Keeps the tab true, and tells the client what the machine says about its network. Gives a function that stops it. */
export function showInTab(page: Page): () => void {
  const stops = [effect(() => showTitle(page)), announceConnection(page), listenToNetwork(page)];
  return () => {
    for (const stop of stops) stop();
    document.title = page.host;
  };
}

function showTitle({ session, view, host, self }: Page): void {
  const room = view.room.value;
  const rooms = session.rooms();
  const mentions = rooms.reduce((sum, room) => sum + room.mentions, 0);
  const unread = rooms.reduce((sum, room) => sum + room.unread, 0);
  document.title = tabTitle(room && roomTitle(room, self.id), host, mentions, unread);
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  if (icon !== null) icon.href = mentions > 0 ? '/favicon-unread.svg' : '/favicon.svg';
}

/** Each state is said once: the countdown is for the eyes. */
function announceConnection({ session, announcer }: Page): () => void {
  let last = 'live';
  return effect(() => {
    const { state } = session.connection();
    if (state.name === last || state.name === 'idle' || state.name === 'connecting') return;
    last = state.name;
    const text = linkText({ state, elapsedMs: 0, queuedCount: 0, latencyMs: null })?.text;
    if (text !== undefined) announcer.state(text);
  });
}

function listenToNetwork({ client }: Page): () => void {
  const onNetwork = () => client.setOnline(navigator.onLine);
  const onSeen = () => {
    if (document.visibilityState === 'visible') client.retryNow();
  };
  const onKey = () => client.retryNow();
  window.addEventListener('online', onNetwork);
  window.addEventListener('offline', onNetwork);
  document.addEventListener('visibilitychange', onSeen);
  document.addEventListener('keydown', onKey);
  return () => {
    window.removeEventListener('online', onNetwork);
    window.removeEventListener('offline', onNetwork);
    document.removeEventListener('visibilitychange', onSeen);
    document.removeEventListener('keydown', onKey);
  };
}
