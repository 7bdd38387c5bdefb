/** The `welcome` event: the first that a connection gets. */
import {
  CLIENT_LIMITS,
  HEARTBEAT_MS,
  WELCOME_ROOMS_MAX_BYTES,
  type Welcome,
  type WelcomeRoom,
} from '@banter/protocol';
import type { Membership } from '../../store/memberships.ts';
import type { Caller } from '../caller.ts';

/**
 * Builds the welcome of a caller.
 * @param ignored the ids of people that the caller ignores; absent from the event if empty.
 * @param requests how many requests wait for the caller; absent from the event if none.
 */
export function toWelcome(
  { user, sessionId, permissions }: Caller,
  epoch: string,
  joined: readonly Membership[],
  ignored: readonly number[],
  requests: number,
): Welcome {
  return {
    type: 'welcome',
    user,
    sessionId,
    epoch,
    heartbeatMs: HEARTBEAT_MS,
    limits: CLIENT_LIMITS,
    ...listRooms(joined, permissions.roomId === null),
    ...(requests > 0 ? { requests } : {}),
    ...(ignored.length > 0 ? { ignored: [...ignored] } : {}),
  };
}

/** The size of a room's entry without its topic and people, and of a person in it, in bytes: never less than the real size. */
const ROOM_BYTES = 280;
const PERSON_BYTES = 80;
/** The most bytes that one UTF-16 unit of a topic takes. */
const UNIT_BYTES = 3;

/** The first rooms, up to WELCOME_ROOMS_MAX_BYTES, and whether there are more. `seesOthers`: the caller may know of other rooms [T3]. */
function listRooms(joined: readonly Membership[], seesOthers: boolean): Pick<Welcome, 'rooms' | 'more'> {
  const rooms: WelcomeRoom[] = [];
  let bytes = 0;
  for (const membership of joined) {
    bytes +=
      ROOM_BYTES + membership.topic.length * UNIT_BYTES + (membership.people?.length ?? 0) * PERSON_BYTES;
    if (bytes > WELCOME_ROOMS_MAX_BYTES) return { rooms, more: true };
    rooms.push(...toWelcomeRoom(membership, seesOthers));
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
