/** One connection's interest in one room. */
import type { RoomEvent } from '@banter/protocol';
import type { Connection } from './connection.ts';
import type { HubRoom } from './room.ts';

/**
 * `live`: gets each flush of the room as it happens. `pulling`: is read up from the store, page by page, until it
 * meets the room's head: after a resume, and after its reader was too slow [B1].
 */
export type Subscription = {
  readonly connection: Connection;
  readonly room: HubRoom;
  /** The seq that made the membership: fences below it do not concern this person any more. */
  readonly joinedSeq: number;
  mode: 'live' | 'pulling';
  /** The seq of the last event that pulling handed to the link: nothing up to it is delivered again [O2]. */
  position: number;
  /** While pulling: the page that is being handed over, as far as it was read. */
  page: RoomEvent[] | null;
  isOpen: boolean;
};

/** A subscription that has everything up to `position` and begins by pulling. */
export function createSubscription(
  connection: Connection,
  room: HubRoom,
  position: number,
  joinedSeq: number,
): Subscription {
  return { connection, room, joinedSeq, mode: 'pulling', position, page: null, isOpen: true };
}
