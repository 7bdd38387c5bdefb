/** The `welcome` event: the first that a connection gets. */
import {
  CLIENT_LIMITS,
  encodeJson,
  HEARTBEAT_MS,
  WELCOME_ROOMS_MAX_BYTES,
  type Welcome,
  type WelcomeRoom,
} from '@banter/protocol';
import type { Greeting } from '../../store/greetings.ts';
import type { Membership } from '../../store/memberships.ts';
import type { Caller } from '../caller.ts';

/**
 * Builds the welcome of a caller. The ids of people whom they ignore, and the number of requests that wait for them, are absent
 * from the event if there are none.
 */
export function toWelcome(
  { user, sessionId, permissions }: Caller,
  epoch: string,
  { memberships, ignored, requests }: Greeting,
): Welcome {
  return {
    type: 'welcome',
    user,
    sessionId,
    epoch,
    heartbeatMs: HEARTBEAT_MS,
    limits: CLIENT_LIMITS,
    ...listRooms(memberships, permissions.roomId === null),
    ...(requests > 0 ? { requests } : {}),
    ...(ignored.length > 0 ? { ignored: [...ignored] } : {}),
  };
}

/** The first rooms, up to WELCOME_ROOMS_MAX_BYTES, and whether there are more. `seesOthers`: the caller may know of other rooms [T3]. */
function listRooms(joined: readonly Membership[], seesOthers: boolean): Pick<Welcome, 'rooms' | 'more'> {
  const rooms: WelcomeRoom[] = [];
  // The brackets of the list, then a comma after each room.
  let bytes = 2;
  for (const room of joined.flatMap((membership) => toWelcomeRoom(membership, seesOthers))) {
    bytes += Buffer.byteLength(encodeJson(room)) + 1;
    if (bytes > WELCOME_ROOMS_MAX_BYTES) return { rooms, more: true };
    rooms.push(room);
  }
  return { rooms };
}

function toWelcomeRoom(membership: Membership, seesOthers: boolean): WelcomeRoom[] {
  const { roomId, name, kind, topic, role, head, people, archivedAt, hideJoins, namesakeId } = membership;
  if (role === null) return [];
  return [
    {
      roomId,
      name,
      kind,
      topic,
      role,
      head,
      ...(people === null ? {} : { people }),
      ...(archivedAt === null ? {} : { archivedAt }),
      ...(hideJoins ? { hideJoins } : {}),
      ...(namesakeId !== null && seesOthers ? { namesakeId } : {}),
    },
  ];
}
