/** Reports kicks and bans to the person concerned. Their room is gone from the list by then. */
import type { Room } from '@banter/protocol';
import { clockTime, dayName, visibleName } from '../text/format.ts';
import { printLocal } from './local-lines.ts';
import type { Page } from './page.ts';

type Removal = { type: 'kick' | 'ban'; username: string; until?: string; reason?: string };

/** `edda removed you from #tides: reason.`, and how to return if that is possible. */
export function removalText({ type, username, until, reason }: Removal, { name, kind }: Room): string {
  const why = reason === undefined ? '.' : `: ${reason.replace(/[.\s]+$/, '')}.`;
  const who = visibleName(username);
  if (type === 'kick') {
    return `${who} removed you from #${name}${why}${kind === 'open' ? ` /join #${name} to return.` : ''}`;
  }
  const end = until === undefined ? '' : ` until ${clockTime(until)} on ${dayName(until)}`;
  return `${who} banned you from #${name}${end}${why}`;
}

/** Prints each removal in the room that is open afterwards. Returns a function that stops it. */
export function followRemovals(page: Page): () => void {
  return page.client.onChange((change) => {
    if (change.kind === 'removed') printLocal(page, removalText(change.event, change.room), true);
  });
}
