/** Keeps the open room and the page's address the same, so that links, Back and Forward lead to rooms. */
import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { addressOf, decoded, roomAt } from '../text/room-address.ts';
import { printFailure, printLocal } from './local-lines.ts';
import { roomNamed } from './names/room-named.ts';
import type { Page } from './page.ts';

/**
 * Opens the room that the address names, and from then on adds each room that is opened to the browser's history. Returns a
 * function that stops it and removes the room from the address.
 */
export function followAddress(page: Page): () => void {
  const isObeyed = signal(false);
  const stops = [obeyFirst(page, isObeyed), obeyLater(page), showRoom(page, isObeyed)];
  return () => {
    for (const stop of stops) stop();
    history.replaceState(null, '', location.pathname + location.search);
  };
}

/** Opens the room that the page was opened with, once the rooms are known. Sets `isObeyed` then. */
function obeyFirst(page: Page, isObeyed: Signal<boolean>): () => void {
  const { view, clientState, self } = page;
  const { hash } = location;
  return effect(() => {
    if (isObeyed.value) return;
    const room = roomAt(hash, clientState.rooms(), self.id);
    const isLive = clientState.connection().state.name === 'live';
    if (room !== undefined) view.openRoom(room.id);
    else if (!isLive) return;
    // From now on the first room stays open, although nobody chose it.
    else view.keepRoom();
    isObeyed.value = true;
    if (room === undefined && decoded(hash) !== '') void explain(page, hash);
  });
}

/** Follows Back, Forward and an address that was typed. */
function obeyLater(page: Page): () => void {
  const { view, client, self } = page;
  const onMove = () => {
    const room = roomAt(location.hash, client.rooms, self.id);
    if (room !== undefined) view.openRoom(room.id);
    else if (decoded(location.hash) !== '') void explain(page, location.hash);
  };
  window.addEventListener('popstate', onMove);
  return () => window.removeEventListener('popstate', onMove);
}

/** Shows the open room in the address. The first one, and one that was renamed, makes no entry in the history. */
function showRoom({ view, client, self }: Page, isObeyed: ReadonlySignal<boolean>): () => void {
  let shownId = 0;
  return effect(() => {
    const room = view.room.value;
    if (room === null || !isObeyed.value) return;
    const address = addressOf(room, client.rooms, self.id);
    const isNew = shownId !== 0 && shownId !== room.id;
    shownId = room.id;
    if (location.hash === address) return;
    if (isNew) history.pushState(null, '', address);
    else history.replaceState(null, '', address);
  });
}

/** Says why the room of an address is not shown. A room that can be joined is offered. */
async function explain(page: Page, hash: string): Promise<void> {
  const name = decoded(hash);
  await printFailure(page, `Couldn't look for #${name}`, offer(page, name));
}

async function offer(page: Page, name: string): Promise<void> {
  const room = await roomNamed(page.client, name);
  if (room === undefined) {
    printLocal(page, `There is no room #${name} that you may see. You may need an invitation.`, true);
    return;
  }
  printLocal(page, `You aren't in #${room.name}. Join it to read it.`, false);
  page.view.dialog.value = { name: 'join', filter: room.name };
}
