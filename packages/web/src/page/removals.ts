/** Reports to a person that they are no longer in a room. It is gone from the list of rooms by then. */
import type { Room } from '@banter/protocol';
import { effect } from '@preact/signals';
import { clockTime, dayName, visibleName } from '../text/format.ts';
import { distinctName, roomTitle } from '../text/room-title.ts';
import { printLocal } from './local-lines.ts';
import type { Page } from './page.ts';

type Removal = { type: 'kick' | 'ban'; username: string; until?: string; reason?: string };

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

/** Says that nothing can be sent to a room that stays open although the reader is no longer in it. `title` names it. */
export function lostText(kind: Room['kind'], title: string): string {
  if (kind === 'direct')
    return `You left your direct room with ${title}, or ignore everybody in it: it's read-only.`;
  const back = kind === 'closed' ? ' You need an invitation to return.' : '';
  return `You're no longer in ${title}: nothing can be sent.${back}`;
}

/**
 * Prints each removal in the open room, which may be the one that the person was removed from. Announces when the person is
 * no longer in the open room. Returns a function that stops it.
 */
export function followRemovals(page: Page): () => void {
  const { client, view, announcer, self } = page;
  const stopPrinting = client.onChange((change) => {
    if (change.kind === 'removed') printLocal(page, removalText(change.event, change.room), true);
  });
  const stopAnnouncing = effect(() => {
    const room = view.room.peek();
    if (view.isLost.value && room !== null) announcer.state(lostText(room.kind, roomTitle(room, self.id)));
  });
  return () => {
    stopPrinting();
    stopAnnouncing();
  };
}
