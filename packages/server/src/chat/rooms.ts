/** Rooms: making, seeing, naming, and one's own coming and going. */
import {
  ChatError,
  checkText,
  ROOM_NAME_PATTERN,
  ROOM_NAME_RULE,
  type Room,
  TOPIC_MAX_CHARS,
} from '@banter/protocol';
import type { Appender } from '../store/appender.ts';
import type { Rooms as RoomStore } from '../store/rooms.ts';
import type { Caller } from './caller.ts';
import { reaches } from './grant.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Subscriptions } from './subscriptions.ts';

export type NewRoomInput = { name: string; kind?: 'open' | 'closed' | undefined; topic?: string | undefined };
export type RoomUpdate = { name?: string | undefined; topic?: string | undefined };

export type Rooms = {
  /** The rooms the caller may see, joined ones first. */
  list(caller: Caller): Promise<Room[]>;
  /** @throws ChatError not_found, also for a room the caller may not see [A5]. */
  get(caller: Caller, roomId: number): Promise<Room>;
  /** A new room with the caller as its owner. @throws ChatError invalid, conflict, rate_limited. */
  create(caller: Caller, input: NewRoomInput): Promise<Room>;
  /** @throws ChatError invalid, not_found, not_member, forbidden (members may not), conflict. */
  update(caller: Caller, roomId: number, update: RoomUpdate): Promise<Room>;
  /** Does nothing for a member. @throws ChatError not_found. */
  join(caller: Caller, roomId: number): Promise<Room>;
  /** Does nothing for one who is no member. @throws ChatError not_found. */
  leave(caller: Caller, roomId: number): Promise<void>;
};

export type RoomsDeps = {
  rooms: RoomStore;
  appender: Appender;
  subscriptions: Subscriptions;
  limits: RateLimits;
};

export function createRooms({ rooms, appender, subscriptions, limits }: RoomsDeps): Rooms {
  async function get({ user, scope }: Caller, roomId: number): Promise<Room> {
    const room = await rooms.find(roomId, user.id, scope);
    if (!room) throw new ChatError('not_found', 'there is no such room');
    return room;
  }

  return {
    async list(caller) {
      const all = await rooms.list(caller.user.id, caller.scope);
      return all.filter(({ id }) => reaches(caller, id));
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

    async update(caller, roomId, { name, topic }) {
      const actor = caller.user;
      const newTopic = topic === undefined ? undefined : checkTopic(topic);
      if (name !== undefined) await appender.change({ type: 'rename', roomId, actor, name: checkName(name) });
      if (newTopic !== undefined) await appender.change({ type: 'topic', roomId, actor, topic: newTopic });
      return get(caller, roomId);
    },

    async join(caller, roomId) {
      const done = await appender.change({ type: 'join', roomId, actor: caller.user });
      if (done.changed) subscriptions.followNew(caller.user.id, roomId, done.event.seq);
      else if (done.isUncertain) await subscriptions.followFound(caller.user.id, roomId);
      return get(caller, roomId);
    },

    async leave(caller, roomId) {
      await appender.change({ type: 'leave', roomId, actor: caller.user });
    },
  };
}

function checkName(name: string): string {
  if (ROOM_NAME_PATTERN.test(name)) return name;
  throw invalidField('name', `a room's name has ${ROOM_NAME_RULE}`);
}

function checkTopic(topic: string): string {
  const checked = checkText(topic, { mayBeEmpty: true, maxChars: TOPIC_MAX_CHARS, field: 'topic' });
  if (checked.ok) return checked.text.replaceAll('\n', ' ');
  throw invalidField('topic', checked.problem);
}

function invalidField(field: string, message: string): ChatError {
  return new ChatError('invalid', message, { fields: [{ field, message }] });
}

function nameTaken(): ChatError {
  const message = 'a room has this name already';
  return new ChatError('conflict', message, { fields: [{ field: 'name', message }] });
}
