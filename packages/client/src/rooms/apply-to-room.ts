/** The effect of events on a room's own properties. */
import type { Room, RoomEvent } from '@banter/protocol';

/**
 * Returns a room after an event. Only the server knows whether a `role` added a member or a `ban` removed one, so those
 * leave the number of members unchanged.
 */
export function applyToRoom(room: Room, event: RoomEvent, ownUserId: number | undefined): Room {
  switch (event.type) {
    case 'join':
      return { ...room, members: room.members + 1 };
    case 'leave':
    case 'kick':
      return { ...room, members: Math.max(0, room.members - 1) };
    case 'topic':
      return { ...room, topic: event.topic };
    case 'rename':
      return renamed(room, event.name);
    case 'slow':
      return withSlowMode(room, event.seconds);
    case 'archive':
      return { ...room, archivedAt: event.at };
    case 'restore':
      return withoutArchivedAt(room);
    case 'role':
      return event.target === ownUserId ? { ...room, role: event.role } : room;
    default:
      return room;
  }
}

/** Only the server knows whether another room has the new name. */
function renamed({ namesakeId: _, ...room }: Room, name: string): Room {
  return { ...room, name };
}

function withSlowMode({ slowSeconds: _, ...room }: Room, seconds: number): Room {
  return seconds === 0 ? room : { ...room, slowSeconds: seconds };
}

function withoutArchivedAt({ archivedAt: _, ...room }: Room): Room {
  return room;
}
