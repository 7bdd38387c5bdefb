/** The `welcome` event: the first that a connection gets. */
import { CLIENT_LIMITS, HEARTBEAT_MS, type Welcome, type WelcomeRoom } from '@banter/protocol';
import type { Membership } from '../../store/memberships.ts';
import type { Caller } from '../caller.ts';

/**
 * Builds the welcome of a caller.
 * @param ignored the ids of people that the caller ignores; absent from the event if empty.
 */
export function toWelcome(
  { user, sessionId }: Caller,
  epoch: string,
  joined: readonly Membership[],
  ignored: readonly number[],
): Welcome {
  return {
    type: 'welcome',
    user,
    sessionId,
    epoch,
    heartbeatMs: HEARTBEAT_MS,
    limits: CLIENT_LIMITS,
    rooms: joined.flatMap(toWelcomeRoom),
    ...(ignored.length > 0 ? { ignored: [...ignored] } : {}),
  };
}

function toWelcomeRoom(membership: Membership): WelcomeRoom[] {
  const { roomId, name, kind, topic, role, head, people, archivedAt, hideJoins } = membership;
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
    },
  ];
}
