/** Rooms for unit tests. */
import type { Room } from '@banter/protocol';

/** An open room that the reader is in. */
export function room(id: number, name: string, more: Partial<Room> = {}): Room {
  return {
    ...{ id, name, kind: 'open', topic: '', joined: true, head: 0, unread: 0, mentions: 0, members: 2 },
    createdAt: '2026-01-01T00:00:00.000Z',
    ...more,
  };
}
