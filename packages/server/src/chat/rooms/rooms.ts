/** Rooms: making, seeing, naming, and one's own coming and going. */
import {
  ChatError,
  ROOM_NAME_PATTERN,
  ROOM_NAME_RULE,
  type Room,
  SLOW_MAX_SECONDS,
  TOPIC_MAX_CHARS,
} from '@banter/protocol';
import type { Appender } from '../../store/append/appender.ts';
import type { RoomStore } from '../../store/rooms.ts';
import type { Caller } from '../caller.ts';
import { checkLine, invalidField, refusedField } from '../fields.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import { reachesRoom } from '../permissions.ts';
import type { Memberships } from './memberships.ts';
import { followEntry, type Subscriptions } from './subscriptions.ts';

export type NewRoomInput = { name: string; kind?: 'open' | 'closed' | undefined; topic?: string | undefined };
export type RoomUpdate = {
  name?: string | undefined;
  topic?: string | undefined;
  /** From 0, which ends slow mode, to SLOW_MAX_SECONDS. */
  slowSeconds?: number | undefined;
};

export type Rooms = {
  /** The rooms the caller may see, joined ones first; those that are archived if asked. */
  list(caller: Caller, options?: { archived?: boolean | undefined }): Promise<Room[]>;
  /** @throws ChatError not_found, also for a room the caller may not see [A5]. */
  get(caller: Caller, roomId: number): Promise<Room>;
  /** A new room with the caller as its owner. @throws ChatError invalid, conflict, rate_limited. */
  create(caller: Caller, input: NewRoomInput): Promise<Room>;
  /** Each change is an event of its own. @throws ChatError invalid, not_found, not_member, forbidden (members may not), conflict. */
  update(caller: Caller, roomId: number, update: RoomUpdate): Promise<Room>;
  /** Nothing can be said in it any more [C2]; does nothing for one that is archived. @throws ChatError not_found, not_member, forbidden. */
  archive(caller: Caller, roomId: number): Promise<void>;
  /** Does nothing for one that is not archived. @throws ChatError not_found, not_member, forbidden. */
  restore(caller: Caller, roomId: number): Promise<Room>;
  /** Does nothing for a member. @throws ChatError not_found. */
  join(caller: Caller, roomId: number): Promise<Room>;
  /** Does nothing for one who is no member. @throws ChatError not_found. */
  leave(caller: Caller, roomId: number): Promise<void>;
};

export type RoomsDeps = {
  rooms: RoomStore;
  memberships: Pick<Memberships, 'requireRights'>;
  appender: Appender;
  subscriptions: Subscriptions;
  limits: RateLimits;
};

export function createRooms({ rooms, memberships, appender, subscriptions, limits }: RoomsDeps): Rooms {
  async function get({ user, scope }: Caller, roomId: number): Promise<Room> {
    const room = await rooms.find(roomId, user.id, scope);
    if (!room) throw new ChatError('not_found', 'there is no such room');
    return room;
  }

  return {
    async list(caller, { archived = false } = {}) {
      const all = await rooms.list(caller.user.id, archived, caller.scope);
      return all.filter(({ id }) => reachesRoom(caller, id));
    },
    get,

    async create(caller, { name, kind = 'open', topic = '' }) {
      const room = { name: checkName(name), kind, topic: checkTopic(topic), ownerId: caller.user.id };
      limits.take('createRoom', caller.user.id);
      const created = await rooms.create(room, caller.scope);
      if (!created) throw nameTaken();
      // The owner's join is the room's first event.
      subscriptions.followNew(caller.user.id, created.id, 1);
      return created;
    },

    async update(caller, roomId, update) {
      await memberships.requireRights(caller, roomId, 'moderator');
      // All of it is checked before any of it is done.
      for (const change of changesOf(update)) {
        await appender.change({ ...change, roomId, actor: caller.user });
      }
      return get(caller, roomId);
    },

    async archive(caller, roomId) {
      await memberships.requireRights(caller, roomId, 'owner');
      await appender.change({ type: 'archive', roomId, actor: caller.user });
    },

    async restore(caller, roomId) {
      await memberships.requireRights(caller, roomId, 'owner');
      await appender.change({ type: 'restore', roomId, actor: caller.user });
      return get(caller, roomId);
    },

    async join(caller, roomId) {
      const done = await appender.change({ type: 'join', roomId, actor: caller.user });
      await followEntry(subscriptions, caller.user.id, roomId, done);
      return get(caller, roomId);
    },

    async leave(caller, roomId) {
      await appender.change({ type: 'leave', roomId, actor: caller.user });
    },
  };
}

type Update =
  | { type: 'rename'; name: string }
  | { type: 'topic'; topic: string }
  | { type: 'slow'; seconds: number };

function changesOf({ name, topic, slowSeconds }: RoomUpdate): Update[] {
  return [
    ...(name === undefined ? [] : [{ type: 'rename', name: checkName(name) } as const]),
    ...(topic === undefined ? [] : [{ type: 'topic', topic: checkTopic(topic) } as const]),
    ...(slowSeconds === undefined ? [] : [{ type: 'slow', seconds: checkWait(slowSeconds) } as const]),
  ];
}

function checkWait(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= SLOW_MAX_SECONDS) return seconds;
  throw invalidField('slowSeconds', `slow mode waits from 0 (off) to ${SLOW_MAX_SECONDS} seconds`);
}

function checkName(name: string): string {
  if (ROOM_NAME_PATTERN.test(name)) return name;
  throw invalidField('name', `a room's name has ${ROOM_NAME_RULE}`);
}

function checkTopic(topic: string): string {
  return checkLine(topic, 'topic', TOPIC_MAX_CHARS);
}

function nameTaken(): ChatError {
  return refusedField('conflict', 'name', 'a room has this name already');
}
