/** Subscriptions: which rooms a connection may follow, and from where. Authorises; the hub delivers. */
import {
  CLIENT_LIMITS,
  HEARTBEAT_MS,
  RESUME_MAX_EVENTS,
  type ResetReason,
  type RoomCursor,
  type Welcome,
  type WelcomeRoom,
} from '@banter/protocol';
import type { Connection } from '../../hub/connection.ts';
import type { Hub } from '../../hub/hub.ts';
import type { ChangeResult } from '../../store/append/appender.ts';
import type { IgnoredStore } from '../../store/ignored.ts';
import type { Membership, MembershipStore } from '../../store/memberships.ts';
import type { Caller } from '../caller.ts';
import { reachesRoom } from '../permissions.ts';
import { requireMember } from './require-member.ts';
import type { SpeakingRights } from './speaking-rights.ts';

export type Subscriptions = {
  /** Greets a connection and begins what its `hello` asked for: all rooms, live from now, where it named none. */
  welcome(caller: Caller, connection: Connection, cursors?: readonly RoomCursor[]): Promise<void>;
  /** Calls `onGranted` once the right is known, before the first event. @throws ChatError not_found, not_member [A6]. */
  subscribe(
    caller: Caller,
    connection: Connection,
    cursor: RoomCursor,
    onGranted?: () => void,
  ): Promise<void>;
  /** A membership began at `joinedSeq`: the person's connections follow the room from that event on. */
  followNew(userId: number, roomId: number, joinedSeq: number): void;
  /** As followNew, for a membership that may just have begun: where it did is looked up. */
  followFound(userId: number, roomId: number): Promise<void>;
};

/** What an act that lets a person into a room means for their connections. @param entered how it ended. */
export async function followEntry(
  subscriptions: Pick<Subscriptions, 'followNew' | 'followFound'>,
  userId: number,
  roomId: number,
  entered: ChangeResult,
): Promise<void> {
  if (entered.changed) subscriptions.followNew(userId, roomId, entered.event.seq);
  else if (entered.isUncertain) await subscriptions.followFound(userId, roomId);
}

export type SubscriptionsDeps = {
  memberships: MembershipStore;
  ignored: Pick<IgnoredStore, 'idsOf'>;
  hub: Hub;
  voices: SpeakingRights;
  epoch: string;
};

export function createSubscriptions(deps: SubscriptionsDeps): Subscriptions {
  const { memberships, ignored, hub, voices, epoch } = deps;
  /** Connections that follow their person's new rooms too. Those that asked for no room, or for one, do not. */
  const followers = new WeakSet<Connection>();
  /** What became a new room of a connection that is about to be welcomed: the list it reads may be older. */
  const early = new WeakMap<Connection, NewRoom[]>();

  function begin(connection: Connection, membership: Membership, cursor: RoomCursor): void {
    const { roomId, head, joinedSeq } = membership;
    voices.adopt(connection.userId, membership);
    const after = cursor.after ?? head;
    const reason = resetReason(cursor, head, epoch);
    if (reason) hub.send(connection, { type: 'reset', roomId, head, reason });
    hub.subscribe(connection, roomId, { after: reason ? head : after, joinedSeq });
  }

  async function subscribe(
    caller: Caller,
    connection: Connection,
    cursor: RoomCursor,
    onGranted?: () => void,
  ): Promise<void> {
    const membership = await requireMember(memberships, caller, cursor.roomId);
    onGranted?.();
    begin(connection, membership, cursor);
  }

  function follow(connection: Connection, { roomId, joinedSeq }: NewRoom): void {
    // It may have asked by itself meanwhile, and has what it asked for: nothing comes twice [O2].
    if (connection.subscriptions.get(roomId)?.joinedSeq === joinedSeq) return;
    hub.subscribe(connection, roomId, { after: joinedSeq - 1, joinedSeq });
  }

  function followNew(userId: number, roomId: number, joinedSeq: number): void {
    for (const connection of hub.connectionsOf(userId, roomId)) {
      const room = { roomId, joinedSeq };
      if (followers.has(connection)) follow(connection, room);
      else early.get(connection)?.push(room);
    }
  }

  return {
    async welcome(caller, connection, cursors) {
      const { user, sessionId, scope } = caller;
      const joinedMeanwhile: NewRoom[] = [];
      if (cursors?.length !== 0) early.set(connection, joinedMeanwhile);
      const [all, ignoredIds] = await Promise.all([
        memberships.listOf(user.id, scope),
        // What a program for one room need not know, it is not told.
        caller.permissions.roomId === null ? ignored.idsOf(user.id, scope) : [],
      ]);
      const joined = all.filter(({ roomId }) => reachesRoom(caller, roomId));
      const greeting = toWelcome(user, sessionId, epoch, joined);
      hub.send(connection, ignoredIds.length > 0 ? { ...greeting, ignored: ignoredIds } : greeting);
      if (cursors?.length !== 0) followers.add(connection);
      const byId = new Map(joined.map((membership) => [membership.roomId, membership]));
      for (const cursor of cursors ?? joined.map(({ roomId }): RoomCursor => ({ roomId }))) {
        const membership = byId.get(cursor.roomId);
        if (membership) begin(connection, membership, cursor);
        else hub.send(connection, notYours(cursor.roomId));
      }
      early.delete(connection);
      for (const room of joinedMeanwhile) follow(connection, room);
    },

    subscribe,

    followNew,

    async followFound(userId, roomId) {
      const membership = await memberships.find(roomId, userId);
      if (membership?.role) followNew(userId, roomId, membership.joinedSeq);
    },
  };
}

/** A membership that has just begun. */
type NewRoom = { roomId: number; joinedSeq: number };

/** Why a cursor cannot be resumed [R2]; null when it can. */
function resetReason({ after, epoch }: RoomCursor, head: number, current: string): ResetReason | null {
  if (epoch !== undefined && epoch !== current) return 'epoch';
  if (after === undefined) return null;
  if (after > head) return 'ahead';
  return head - after > RESUME_MAX_EVENTS ? 'behind' : null;
}

function toWelcome(user: Caller['user'], sessionId: number, epoch: string, joined: Membership[]): Welcome {
  return {
    type: 'welcome',
    user,
    sessionId,
    epoch,
    heartbeatMs: HEARTBEAT_MS,
    limits: CLIENT_LIMITS,
    rooms: joined.flatMap(toWelcomeRoom),
  };
}

function toWelcomeRoom({
  roomId,
  name,
  kind,
  topic,
  role,
  head,
  people,
  archivedAt,
  hideJoins,
}: Membership): WelcomeRoom[] {
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

function notYours(roomId: number) {
  return { type: 'error', roomId, code: 'not_member', message: 'you are no member of this room' } as const;
}
