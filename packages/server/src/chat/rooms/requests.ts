/** Requests: people enter a room by their own will. A person who is asked accepts, declines, or lets the request wait [C10]. */
import {
  ChatError,
  type EntryRequest,
  REQUESTS_MADE_MAX,
  REQUESTS_WAITING_MAX,
  type Room,
} from '@banter/protocol';
import type { Hub } from '../../hub/hub.ts';
import type { Appender } from '../../store/append/appender.ts';
import type { IgnoredStore } from '../../store/ignored.ts';
import type { RequestPlace, RequestStore } from '../../store/requests.ts';
import type { RoomStore } from '../../store/rooms.ts';
import type { Caller } from '../caller.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import { isTimeAndId, type Page, type PageQuery, readPage } from '../paging.ts';
import { noSuchRoom } from './room-access.ts';
import type { RoomCaps } from './room-caps.ts';
import { followEntry, type Subscriptions } from './subscriptions.ts';

/** The parts that Requests works with. */
export type RequestsDeps = {
  requests: RequestStore;
  ignored: Pick<IgnoredStore, 'idsOf'>;
  appender: Pick<Appender, 'change'>;
  rooms: Pick<RoomStore, 'find'>;
  subscriptions: Pick<Subscriptions, 'followNew' | 'followFound'>;
  hub: Pick<Hub, 'connectionsOf' | 'send'>;
  limits: Pick<RateLimits, 'take' | 'charge'>;
  caps: Pick<RoomCaps, 'enter'>;
};

/** How many requests may be open. */
export const REQUEST_LIMITS = { madeMax: REQUESTS_MADE_MAX, waitingMax: REQUESTS_WAITING_MAX };

/** The requests to people. */
export class Requests {
  readonly #deps: RequestsDeps;

  constructor(deps: RequestsDeps) {
    this.#deps = deps;
  }

  /** Returns a page of the caller's open requests, oldest first. @throws ChatError invalid. */
  list({ user, scope }: Caller, query: PageQuery): Promise<Page<EntryRequest>> {
    return readPage<EntryRequest, RequestPlace>(query, {
      name: 'requests',
      read: (after, limit) => this.#deps.requests.list(user.id, after, limit, scope),
      placeOf: ({ at, roomId }) => [Date.parse(at), roomId],
      isPlace: isTimeAndId,
    });
  }

  /**
   * Makes the caller a member of the room that they are asked into, or of a direct room of theirs.
   * @throws ChatError not_found (no request), forbidden (banned, archived), conflict (too many rooms), rate_limited.
   */
  async accept(caller: Caller, roomId: number): Promise<Room> {
    const { appender, rooms, subscriptions, caps } = this.#deps;
    const userId = caller.user.id;
    const accept = { type: 'accept', roomId, actor: caller.user } as const;
    const entry = { userId, roomId, isOwner: false, scope: caller.scope };
    const result = await caps.enter(entry, () => appender.change(accept));
    await followEntry(subscriptions, userId, roomId, result);
    this.#tell(userId, roomId, false);
    const room = await rooms.find(roomId, userId, caller.scope);
    if (!room) throw noSuchRoom();
    return room;
  }

  /** Declines a request; the asker is not told. @throws ChatError not_found. */
  async decline({ user, scope }: Caller, roomId: number): Promise<void> {
    const isDone = await this.#deps.requests.decline(roomId, user.id, scope);
    if (!isDone) throw new ChatError('not_found', 'there is no such request');
    this.#tell(user.id, roomId, false);
  }

  /**
   * Withdraws the caller's request to a person. Does the same for a request that was declined or never made: the caller must not
   * learn the person's answer from it.
   * @throws ChatError rate_limited.
   */
  async withdraw({ user, scope }: Caller, roomId: number, userId: number): Promise<void> {
    const { requests, limits } = this.#deps;
    // Asking and withdrawing in turns would ring at the person without end.
    limits.take('toggle', `${roomId} ${user.id} request ${userId}`);
    if (await requests.withdraw(roomId, user.id, userId, scope))
      await this.#tellAbout(user.id, roomId, [userId], false);
  }

  /**
   * Asks a person into an open or closed room, if they may only be asked.
   * @returns whether that is so. @throws ChatError not_found, not_member, forbidden, conflict, rate_limited.
   */
  async ask({ user, scope }: Caller, roomId: number, userId: number): Promise<boolean> {
    const { isNeeded, isNew } = await this.#deps.requests.ask(roomId, user.id, userId, REQUEST_LIMITS, scope);
    if (isNew) await this.tellAsked(user.id, roomId, [userId]);
    return isNeeded;
  }

  /** Asks those back who left a direct room of the caller. @throws ChatError conflict (too many requests). */
  async askBack({ user, scope }: Caller, roomId: number): Promise<void> {
    const { requests, limits } = this.#deps;
    const asked = await requests.askBack(roomId, user.id, REQUEST_LIMITS, scope);
    if (asked.length > 0) limits.charge('createRoom', user.id);
    await this.tellAsked(user.id, roomId, asked);
  }

  /** Tells people that they were asked into a room, except those who ignore the asker. */
  tellAsked(byId: number, roomId: number, userIds: readonly number[]): Promise<void> {
    return this.#tellAbout(byId, roomId, userIds, true);
  }

  async #tellAbout(byId: number, roomId: number, userIds: readonly number[], on: boolean): Promise<void> {
    for (const userId of userIds) {
      if (!(await this.#deps.ignored.idsOf(userId)).includes(byId)) this.#tell(userId, roomId, on);
    }
  }

  #tell(userId: number, roomId: number, on: boolean): void {
    const { hub } = this.#deps;
    for (const connection of hub.connectionsOf(userId, null))
      hub.send(connection, { type: 'request', roomId, on });
  }
}
