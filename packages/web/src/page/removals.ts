/** Reports to a person that they are no longer in a room, or muted there. A lost room is gone from the list by then. */
import type { Room } from '@banter/protocol';
import { effect } from '@preact/signals';
import { isAhead } from '../text/duration.ts';
import { roomTitle } from '../text/room-title.ts';
import type { Page } from './page.ts';

/** Says that nothing can be sent to a room that stays open although the reader is no longer in it. `title` names it. */
export function lostText(kind: Room['kind'], title: string): string {
  if (kind === 'direct')
    return `You left your direct room with ${title}, or ignore everybody in it: it's read-only.`;
  const back = kind === 'closed' ? ' You need an invitation to return.' : '';
  return `You're no longer in ${title}: nothing can be sent.${back}`;
}

/**
 * Prints each removal in the open room, which may be the one that the person was removed from, and the end of each ban and
 * mute. Announces when the person is no longer in the open room. Returns a function that stops it.
 */
export function followRemovals(page: Page): () => void {
  const { client, view, announcer, self } = page;
  let isStopped = false;
  // Loaded with the first ban, kick or mute.
  const start = async (begin: (code: typeof import('./restraints.ts')) => () => void) => {
    const code = await import('./restraints.ts').catch(() => null);
    if (code !== null && !isStopped) stops.push(begin(code));
  };
  const stops: (() => void)[] = [
    client.onChange((change) => {
      if (change.kind === 'removed')
        void start(({ printRemoval }) => printRemoval(page, change.event, change.room));
    }),
    effect(() => {
      const room = view.room.peek();
      if (view.isLost.value && room !== null) announcer.state(lostText(room.kind, roomTitle(room, self.id)));
    }),
    followMutes(
      page,
      (room, until) => void start(({ followToEnd }) => followToEnd(page, { type: 'mute', room, until })),
    ),
  ];
  return () => {
    isStopped = true;
    for (const stop of stops) stop();
  };
}

/** Calls `begun` once for each mute of the reader that the open room shows. Returns a function that stops it. */
function followMutes(
  { client, clientState, view, self }: Page,
  begun: (room: Room, until: string) => void,
): () => void {
  const known = new Set<string>();
  return effect(() => {
    const room = view.room.value;
    const until = room && clientState.people(room.id).find(({ userId }) => userId === self.id)?.mutedUntil;
    if (!room || !until || !isAhead(until, client.serverNow()) || known.has(room.id + until)) return;
    known.add(room.id + until);
    begun(room, until);
  });
}
