/** The words for an owner whose closed room has the name of an open one [C11]. Loaded when there is such a pair. */
import type { Room } from '@banter/protocol';
import { roomTitle } from '../../text/room-title.ts';

/** `Anyone can join #tides~7, an open room with the name of your invite-only #tides~3. …`; null for any other room. */
export function namesakeText(room: Room, rooms: readonly Room[], selfId: number): string | null {
  const { namesakeId, kind, role, name } = room;
  const isClosed = rooms.some((other) => other.id === namesakeId && other.kind === 'closed');
  if (namesakeId === undefined || kind !== 'closed' || role !== 'owner' || isClosed) return null;
  const own = roomTitle(room, selfId);
  return `Anyone can join #${name}~${namesakeId}, an open room with the name of your invite-only ${own}. Tell your members which is yours, or /rename it.`;
}
