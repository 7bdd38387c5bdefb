/** Direct rooms: the same people share one room, for good [C3]. */
import { ChatError, DIRECT_PEOPLE_MAX, REQUEST_MESSAGES_MAX, type Room } from '@banter/protocol';
import type { RoomStore } from '../../store/rooms.ts';
import type { UserStore } from '../../store/users.ts';
import type { Caller } from '../caller.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import { REQUEST_LIMITS, type Requests } from './requests.ts';
import type { RoomCaps } from './room-caps.ts';
import type { Subscriptions } from './subscriptions.ts';

/** The other people of the room. The caller may be among them. */
export type DirectInput = { userIds: number[] } | { usernames: string[] };

/** The parts that DirectRooms works with. */
export type DirectRoomsDeps = {
  rooms: Pick<RoomStore, 'openDirect' | 'findDirect' | 'find'>;
  users: Pick<UserStore, 'findById' | 'findByUsername'>;
  subscriptions: Pick<Subscriptions, 'followNew'>;
  requests: Pick<Requests, 'accept' | 'askBack' | 'tellAsked'>;
  limits: Pick<RateLimits, 'take'>;
  caps: Pick<RoomCaps, 'enter'>;
};

const DIRECT_LIMITS = { ...REQUEST_LIMITS, messageMax: REQUEST_MESSAGES_MAX };

/** A direct room, and whether this very call created it. */
type Opened = { roomId: number; isNew: boolean };

/** The direct rooms of the server. */
export class DirectRooms {
  readonly #deps: DirectRoomsDeps;
  /**
   * Rooms being created, by their people. Others who open the same room meanwhile wait for it and pay no rate limit.
   */
  readonly #creating = new Map<string, Promise<Opened>>();

  constructor(deps: DirectRoomsDeps) {
    this.#deps = deps;
  }

  /**
   * Returns the direct room of the caller and these people, and creates it the first time. People who share no room with
   * the caller, ignore the caller or left the room are asked to enter it [C10].
   * @throws ChatError invalid (too few or too many people), not_found (a person), conflict (too many rooms or requests),
   * rate_limited.
   */
  async open(caller: Caller, input: DirectInput): Promise<{ room: Room; isNew: boolean }> {
    const { rooms, requests } = this.#deps;
    const people = await this.#peopleOf(caller, input);
    const { roomId, isNew } = await this.#findOrCreate(caller, people);
    // A caller who was asked, or who left, comes in by opening the room.
    const room =
      (await rooms.find(roomId, caller.user.id, caller.scope)) ?? (await requests.accept(caller, roomId));
    if (!isNew && room.members < people.length) await requests.askBack(caller, roomId);
    return { room, isNew };
  }

  /** The ids of all people of the room, the caller among them, in rising order. */
  async #peopleOf({ user, scope }: Caller, input: DirectInput): Promise<number[]> {
    const { users } = this.#deps;
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

  async #findOrCreate(caller: Caller, people: readonly number[]): Promise<Opened> {
    const known = await this.#deps.rooms.findDirect(people, caller.scope);
    if (known !== null) return { roomId: known, isNew: false };
    const key = people.join(' ');
    const others = await this.#creating.get(key)?.catch(() => null);
    if (others) return { ...others, isNew: false };
    const creating = this.#create(caller, people).finally(() => this.#creating.delete(key));
    this.#creating.set(key, creating);
    return creating;
  }

  /** Creates the room, or returns the one that another server process created first. */
  async #create({ user, scope }: Caller, people: readonly number[]): Promise<Opened> {
    const { rooms, subscriptions, requests, limits, caps } = this.#deps;
    limits.take('createRoom', user.id);
    const entry = { userId: user.id, roomId: null, isOwner: false, scope };
    const { roomId, isNew, asked } = await caps.enter(entry, () =>
      rooms.openDirect(people, { ...DIRECT_LIMITS, actorId: user.id }, scope),
    );
    if (!isNew) return { roomId, isNew };
    // The first events of the room are their joins, in the order of their ids.
    const joined = people.filter((userId) => !asked.includes(userId));
    for (const [i, userId] of joined.entries()) subscriptions.followNew(userId, roomId, i + 1);
    await requests.tellAsked(user.id, roomId, asked);
    return { roomId, isNew };
  }
}

function wrongCount(): ChatError {
  return new ChatError('invalid', `a direct room has 2 to ${DIRECT_PEOPLE_MAX} people, including you`);
}
