/** Subscriptions: checks which rooms a connection may follow and from which event on. The hub delivers. */
import {
  ChatError,
  type ErrorReply,
  RESUME_MAX_EVENTS,
  type ResetReason,
  type RoomCursor,
} from '@banter/protocol';
import type { Connection } from '../../hub/connection.ts';
import type { Hub } from '../../hub/hub.ts';
import type { ChangeResult } from '../../store/append/appender.ts';
import type { Greeting, GreetingStore } from '../../store/greetings.ts';
import type { Membership, MembershipStore } from '../../store/memberships.ts';
import type { Caller } from '../caller.ts';
import { reachesRoom } from '../permissions.ts';
import { notMember, requireMember } from './room-access.ts';
import type { RoomCaps } from './room-caps.ts';
import type { SpeakingRights } from './speaking-rights.ts';
import { toWelcome } from './welcome.ts';

/** The parts that Subscriptions works with. */
export type SubscriptionsDeps = {
  memberships: Pick<MembershipStore, 'find'>;
  greetings: GreetingStore;
  hub: Pick<Hub, 'connectionsOf' | 'send' | 'subscribe'>;
  speakingRights: Pick<SpeakingRights, 'adopt'>;
  caps: Pick<RoomCaps, 'requireSubscription'>;
  /** The name of this history of the store [R2]. */
  epoch: string;
};

/** The rooms that connections follow. */
export class Subscriptions {
  readonly #deps: SubscriptionsDeps;
  /** Connections that also follow their person's new rooms: those whose `hello` did not name an empty list of rooms. */
  readonly #followers = new WeakSet<Connection>();
  /** Rooms that a connection's person entered before its welcome; the list of rooms in the welcome may be older. */
  readonly #enteredEarly = new WeakMap<Connection, NewRoom[]>();

  constructor(deps: SubscriptionsDeps) {
    this.#deps = deps;
  }

  /**
   * Sends `welcome` and subscribes the connection to the rooms of its `hello`; without cursors to all of the caller's
   * rooms, live from now. A cursor of a room that the caller does not belong to is answered with an error event.
   */
  async welcome(caller: Caller, connection: Connection, cursors?: readonly RoomCursor[]): Promise<void> {
    const { hub, epoch } = this.#deps;
    const followsNewRooms = cursors?.length !== 0;
    const enteredMeanwhile: NewRoom[] = [];
    if (followsNewRooms) this.#enteredEarly.set(connection, enteredMeanwhile);
    const greeting = await this.#greetingOf(caller);
    const { memberships: joined } = greeting;
    hub.send(connection, toWelcome(caller, epoch, greeting));
    if (followsNewRooms) this.#followers.add(connection);
    const byId = new Map(joined.map((membership) => [membership.roomId, membership]));
    for (const cursor of cursors ?? joined.map(({ roomId }): RoomCursor => ({ roomId }))) {
      const membership = byId.get(cursor.roomId);
      const refusal = membership ? this.#refusal(connection, cursor.roomId) : notMember();
      if (membership && !refusal) this.#begin(connection, membership, cursor);
      else if (refusal) hub.send(connection, errorEvent(cursor.roomId, refusal));
    }
    this.#enteredEarly.delete(connection);
    for (const room of enteredMeanwhile) this.#follow(connection, room);
  }

  /**
   * Subscribes a connection to one room. Calls `onGranted` once the caller's right is checked, before the first event.
   * @throws ChatError not_found, not_member [A6].
   */
  async subscribe(
    caller: Caller,
    connection: Connection,
    cursor: RoomCursor,
    onGranted?: () => void,
  ): Promise<void> {
    const membership = await requireMember(this.#deps.memberships, caller, cursor.roomId);
    this.#requireRoomFor(connection, cursor.roomId);
    onGranted?.();
    this.#begin(connection, membership, cursor);
  }

  /**
   * Subscribes a person's connections to a room that they entered with the event `joinedSeq`, from that event on. A connection that
   * follows too many rooms gets an error event instead [L8].
   */
  followNew(userId: number, roomId: number, joinedSeq: number): void {
    for (const connection of this.#deps.hub.connectionsOf(userId, roomId)) {
      const room = { roomId, joinedSeq };
      if (this.#followers.has(connection)) this.#follow(connection, room);
      else this.#enteredEarly.get(connection)?.push(room);
    }
  }

  /** As followNew, for a person who may have entered: reads from the store whether and with which event they did. */
  async followFound(userId: number, roomId: number): Promise<void> {
    const membership = await this.#deps.memberships.find(roomId, userId);
    if (membership?.role) this.followNew(userId, roomId, membership.joinedSeq);
  }

  /** Checks that a connection may follow one more room. @throws ChatError conflict. */
  #requireRoomFor({ subscriptions }: Connection, roomId: number): void {
    if (!subscriptions.has(roomId)) this.#deps.caps.requireSubscription(subscriptions.size);
  }

  #refusal(connection: Connection, roomId: number): ChatError | null {
    try {
      this.#requireRoomFor(connection, roomId);
      return null;
    } catch (error) {
      if (error instanceof ChatError) return error;
      throw error;
    }
  }

  /** A token for one room need not know other rooms, the people that its owner ignores, or who asks for them. */
  async #greetingOf(caller: Caller): Promise<Greeting> {
    const { user, permissions, scope } = caller;
    const greeting = await this.#deps.greetings.find(user.id, scope);
    if (permissions.roomId === null) return greeting;
    const memberships = greeting.memberships.filter(({ roomId }) => reachesRoom(caller, roomId));
    return { memberships, ignored: [], requests: 0 };
  }

  #begin(connection: Connection, membership: Membership, cursor: RoomCursor): void {
    const { hub, speakingRights, epoch } = this.#deps;
    const { roomId, head, joinedSeq } = membership;
    speakingRights.adopt(connection.userId, membership);
    const after = cursor.after ?? head;
    const reason = resetReason(cursor, head, epoch);
    if (reason) hub.send(connection, { type: 'reset', roomId, head, reason });
    hub.subscribe(connection, roomId, { after: reason ? head : after, joinedSeq });
  }

  #follow(connection: Connection, { roomId, joinedSeq }: NewRoom): void {
    // The connection may have subscribed by itself meanwhile: nothing is sent twice [O2].
    if (connection.subscriptions.get(roomId)?.joinedSeq === joinedSeq) return;
    const { hub } = this.#deps;
    const refusal = this.#refusal(connection, roomId);
    if (refusal) hub.send(connection, errorEvent(roomId, refusal));
    else hub.subscribe(connection, roomId, { after: joinedSeq - 1, joinedSeq });
  }
}

/** Subscribes the connections of a person whom an act may have let into a room. @param result how the act ended. */
export async function followEntry(
  subscriptions: Pick<Subscriptions, 'followNew' | 'followFound'>,
  userId: number,
  roomId: number,
  result: ChangeResult,
): Promise<void> {
  if (result.changed) subscriptions.followNew(userId, roomId, result.event.seq);
  else if (result.isUncertain) await subscriptions.followFound(userId, roomId);
}

/** A membership that has just begun. */
type NewRoom = { roomId: number; joinedSeq: number };

/** Why a cursor cannot be resumed [R2]; null if it can. */
function resetReason({ after, epoch }: RoomCursor, head: number, current: string): ResetReason | null {
  if (epoch !== undefined && epoch !== current) return 'epoch';
  if (after === undefined) return null;
  if (after > head) return 'ahead';
  return head - after > RESUME_MAX_EVENTS ? 'behind' : null;
}

function errorEvent(roomId: number, { code, message }: ChatError): ErrorReply {
  return { type: 'error', roomId, code, message };
}
