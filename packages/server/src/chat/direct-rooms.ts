/** Direct rooms: the same people have one room, for good [C3]. */
import { ChatError, DIRECT_PEOPLE_MAX, type Room } from '@banter/protocol';
import type { Rooms as RoomStore } from '../store/rooms.ts';
import type { Users } from '../store/users.ts';
import type { Caller } from './caller.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Subscriptions } from './subscriptions.ts';

/** The others of the room; the caller may be named too. */
export type DirectInput = { userIds: number[] } | { usernames: string[] };

export type DirectRooms = {
  /** The room of the caller and these people, made when it is not there. @throws ChatError invalid, not_found, rate_limited. */
  open(caller: Caller, input: DirectInput): Promise<{ room: Room; isNew: boolean }>;
};

export type DirectRoomsDeps = {
  rooms: Pick<RoomStore, 'openDirect' | 'findDirect' | 'find'>;
  users: Pick<Users, 'findById' | 'findByUsername'>;
  subscriptions: Pick<Subscriptions, 'followNew'>;
  limits: RateLimits;
};

export function createDirectRooms({ rooms, users, subscriptions, limits }: DirectRoomsDeps): DirectRooms {
  /** The ids of all people of the room, in rising order. */
  async function peopleOf({ user, scope }: Caller, input: DirectInput): Promise<number[]> {
    const given: readonly (number | string)[] = 'userIds' in input ? input.userIds : input.usernames;
    if (given.length > DIRECT_PEOPLE_MAX) throw wrongCount();
    const found = await Promise.all(
      given.map(async (key) => {
        const person = await (typeof key === 'number'
          ? users.findById(key, scope)
          : users.findByUsername(key, scope));
        if (!person) throw new ChatError('not_found', `there is no such person: ${key}`);
        return person.id;
      }),
    );
    const people = new Set([user.id, ...found]);
    if (people.size < 2 || people.size > DIRECT_PEOPLE_MAX) throw wrongCount();
    return [...people].sort((a, b) => a - b);
  }

  /** Makes the room, unless others were faster: of many such calls at once one makes it. */
  async function make({ user, scope }: Caller, people: readonly number[]) {
    limits.take('createRoom', user.id);
    const { roomId, isNew } = await rooms.openDirect(people, scope);
    // They joined in the order of their ids, as the first events of the room.
    if (isNew) for (const [i, userId] of people.entries()) subscriptions.followNew(userId, roomId, i + 1);
    return { roomId, isNew };
  }

  return {
    async open(caller, input) {
      const people = await peopleOf(caller, input);
      const known = await rooms.findDirect(people, caller.scope);
      const { roomId, isNew } = known === null ? await make(caller, people) : { roomId: known, isNew: false };
      const room = await rooms.find(roomId, caller.user.id, caller.scope);
      if (!room) throw new ChatError('not_found', 'there is no such room');
      return { room, isNew };
    },
  };
}

function wrongCount(): ChatError {
  return new ChatError('invalid', `a direct room has 2 to ${DIRECT_PEOPLE_MAX} people, you among them`);
}
