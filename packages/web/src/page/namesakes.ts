/** Tells a person that an open room has the name of a closed one that they own [C11]. */
import type { Room } from '@banter/protocol';
import { effect } from '@preact/signals';
import { roomTitle } from '../text/room-title.ts';
import { printLocal } from './local-lines.ts';
import type { Page } from './page.ts';

/** `Anyone can join #tides~7, an open room with the name of your invite-only #tides~3. …`; null for any other room. */
export function namesakeText(room: Room, rooms: readonly Room[], selfId: number): string | null {
  const { namesakeId, kind, role, name } = room;
  const isClosed = rooms.some((other) => other.id === namesakeId && other.kind === 'closed');
  if (namesakeId === undefined || kind !== 'closed' || role !== 'owner' || isClosed) return null;
  const own = roomTitle(room, selfId);
  return `Anyone can join #${name}~${namesakeId}, an open room with the name of your invite-only ${own}. Tell your members which is yours, or /rename it.`;
}

/** Prints each such pair of rooms once. Returns a function that stops it. */
export function followNamesakes(page: Page): () => void {
  const told = new Set<string>();
  return effect(() => {
    const rooms = page.clientState.rooms();
    for (const room of rooms) {
      const text = namesakeText(room, rooms, page.self.id);
      if (text === null || told.has(text)) continue;
      told.add(text);
      printLocal(page, text, true);
    }
  });
}
