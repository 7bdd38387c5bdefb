/** Direct rooms: the same people have one room, for good [C3]. */
import { ChatError, DIRECT_PEOPLE_MAX, type Room } from '@banter/protocol';
import type { RoomStore } from '../../store/rooms.ts';
import type { UserStore } from '../../store/users.ts';
import type { Caller } from '../caller.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import type { Subscriptions } from './subscriptions.ts';

/** The others of the room; the caller may be named too. */
export type DirectInput = { userIds: number[] } | { usernames: string[] };

export type DirectRooms = {
  /** The room of the caller and these people, made when it is not there. @throws ChatError invalid, not_found, rate_limited. */
  open(caller: Caller, input: DirectInput): Promise<{ room: Room; isNew: boolean }>;
};

/** A room of these people, and whether this very call made it. */
type Opened = { roomId: number; isNew: boolean };

export type DirectRoomsDeps = {
  rooms: Pick<RoomStore, 'openDirect' | 'findDirect' | 'find'>;
  users: Pick<UserStore, 'findById' | 'findByUsername'>;
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

  /** Those that are being made now, by their people: who asks for one meanwhile needs no other, and no right to make one. */
  const underWay = new Map<string, Promise<Opened>>();

  /** Makes the room, unless somebody was faster. */
  async function make({ user, scope }: Caller, people: readonly number[]): Promise<Opened> {
    limits.take('createRoom', user.id);
    const { roomId, isNew } = await rooms.openDirect(people, scope);
    // They joined in the order of their ids, as the first events of the room.
    if (isNew) for (const [i, userId] of people.entries()) subscriptions.followNew(userId, roomId, i + 1);
    return { roomId, isNew };
  }

  async function findOrMake(caller: Caller, people: readonly number[]): Promise<Opened> {
    const known = await rooms.findDirect(people, caller.scope);
    if (known !== null) return { roomId: known, isNew: false };
    const key = people.join(' ');
    const others = await underWay.get(key)?.catch(() => null);
    if (others) return { ...others, isNew: false };
    const making = make(caller, people).finally(() => underWay.delete(key));
    underWay.set(key, making);
    return making;
  }

  return {
    async open(caller, input) {
      const people = await peopleOf(caller, input);
      const { roomId, isNew } = await findOrMake(caller, people);
      const room = await rooms.find(roomId, caller.user.id, caller.scope);
      if (!room) throw new ChatError('not_found', 'there is no such room');
      return { room, isNew };
    },
  };
}

function wrongCount(): ChatError {
  return new ChatError('invalid', `a direct room has 2 to ${DIRECT_PEOPLE_MAX} people, you among them`);
}
