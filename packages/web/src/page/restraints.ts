/** Bans and mutes of the reader in words, and their ends. Loaded with the first of them. */
import type { Room } from '@banter/protocol';
import { clockTime, dayName, visibleName } from '../text/format.ts';
import { distinctName, roomTitle } from '../text/room-title.ts';
import { printLocal } from './local-lines.ts';
import type { Page } from './page.ts';

/** A ban or mute of the reader. `until`: when it ends, in ISO 8601. */
export type Restraint = { type: 'ban' | 'mute'; room: Room; until: string };

type Removal = { type: 'kick' | 'ban'; username: string; until?: string; reason?: string };

/** The longest wait of a timer. Timers pause while the machine sleeps, so the wall clock is read again. */
const CHECK_EVERY_MS = 60_000;

/** Prints that somebody removed the reader from a room, in the room that is open. Follows a ban to its end. */
export function printRemoval(page: Page, event: Removal, room: Room): () => void {
  printLocal(page, removalText(event, room), true);
  const { type, until } = event;
  return type === 'ban' && until !== undefined ? followToEnd(page, { type, room, until }) : () => undefined;
}

/** `edda removed you from #tides: reason.`, and how to return if that is possible. */
export function removalText({ type, username, until, reason }: Removal, room: Room): string {
  const { kind } = room;
  const name = distinctName(room);
  const why = reason === undefined ? '.' : `: ${reason.replace(/[.\s]+$/, '')}.`;
  const who = visibleName(username);
  if (type === 'kick') {
    return `${who} removed you from #${name}${why}${kind === 'open' ? ` /join #${name} to return.` : ''}`;
  }
  const end = until === undefined ? '' : ` until ${clockTime(until)} on ${dayName(until)}`;
  return `${who} banned you from #${name}${end}${why}`;
}

/**
 * Prints a line when a ban or mute has run out, unless it was lifted or replaced before. Returns a function that
 * stops it.
 */
export function followToEnd(page: Page, restraint: Restraint): () => void {
  const now = () => page.client.serverNow();
  const endMs = Date.parse(restraint.until);
  const waitOn = () => page.delay(check, Math.min(CHECK_EVERY_MS, Math.max(0, endMs - now())));
  const check = () => {
    if (now() < endMs) cancel = waitOn();
    else if (isStillKnown(page, restraint)) printLocal(page, endText(restraint, page.self.id), false);
  };
  let cancel = waitOn();
  return () => cancel();
}

/** Whether nothing newer is known about the ban or mute: the reader did not return, or has no other mute there. */
function isStillKnown({ client, self }: Page, { type, room, until }: Restraint): boolean {
  const isMember = client.rooms.some(({ id }) => id === room.id);
  if (type === 'ban') return !isMember;
  return isMember && client.people(room.id).find(({ userId }) => userId === self.id)?.mutedUntil === until;
}

function endText({ type, room }: Restraint, selfId: number): string {
  const title = roomTitle(room, selfId);
  if (type === 'mute') return `Your mute in ${title} has ended: you can write again.`;
  const way = room.kind === 'open' ? `/join ${title} to return.` : 'You need an invitation to return.';
  return `Your ban from ${title} has ended. ${way}`;
}
