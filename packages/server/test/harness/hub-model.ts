/** A model of people who come, go, fall behind and are removed. It knows which events each of them must have got. */
import type { RoomEvent } from '@banter/protocol';
import { PUSH_MAX_BYTES } from '../../src/hub/limits.ts';
import { createHubWorld, edit, type HubWorld, join, leave, message, settle } from './hub.ts';
import { faultsOf, type ModelClient } from './hub-faults.ts';

/** One step. Its numbers are indexes, modulo the number of items. */
export type HubStep =
  | { do: 'commit'; room: number; count: number }
  /** An edit, after which every copy of the room's events is outdated. */
  | { do: 'edit'; room: number }
  /** A person joins, or leaves if they are a member. */
  | { do: 'move'; room: number; user: number }
  | { do: 'publish'; count: number }
  /** The next committed event is never published: a gap for the hub. */
  | { do: 'lose' }
  /** A room's committed events are never published, but the hub is told to refresh the room. */
  | { do: 'refresh'; room: number }
  /** An event is published again. */
  | { do: 'repeat'; back: number }
  | { do: 'subscribe'; link: number; room: number; back: number }
  | { do: 'unsubscribe'; link: number; room: number }
  /** A link closes, and its person opens another. */
  | { do: 'reopen'; link: number }
  /** A read is answered. `isStale`: with the events at the time of the read. */
  | { do: 'answer'; read: number; isStale: boolean }
  | { do: 'fail'; read: number }
  /** The copies of a room's events are dropped. */
  | { do: 'forget' }
  /** From now on each write and framing takes this long, so that flushes are cut into slices. */
  | { do: 'cost'; ms: number }
  /** One turn of the event loop. */
  | { do: 'slice' }
  /** A link has PUSH_MAX_BYTES queued. */
  | { do: 'stall'; link: number }
  | { do: 'drain'; link: number }
  /** Promises continue. */
  | { do: 'tick' }
  /** Flushes run. */
  | { do: 'turn' };

type Steps = { [K in HubStep['do']]: (step: Extract<HubStep, { do: K }>) => unknown };

const ROOMS = [1, 2];
/** The people of the first connections. One of them has two. */
const PEOPLE = [2, 2, 3, 4];
const FINISH_ROUNDS = 200;
/** Small enough to be reached: more than two receivers are many, and memory holds few long events. */
const BOUNDS = { promptConnections: 2, recent: { roomBytes: 60_000, nodeBytes: 90_000 } };

/** A hub with some connections, whose people are members of all rooms at first. */
export class HubModel {
  readonly #world: HubWorld = createHubWorld(BOUNDS);
  readonly #unpublished: RoomEvent[] = [];
  /** The seq that began a membership, by room and user. */
  readonly #joinedAt = new Map<string, number>();
  /** Rooms with a lost event that the hub was not told about. */
  readonly #gaps = new Set<number>();
  /** All connections, closed ones included. */
  readonly #allClients: ModelClient[] = [];
  readonly #clients: ModelClient[] = [];
  #markers = 0;

  constructor() {
    for (const roomId of ROOMS) {
      for (const userId of new Set(PEOPLE)) this.#commit(join(roomId, this.#headOf(roomId) + 1, userId));
    }
    for (const userId of PEOPLE) this.#clients.push(this.#open(userId));
  }

  /** Runs one step. */
  async play(step: HubStep): Promise<void> {
    const run = this.#steps[step.do] as (step: HubStep) => unknown;
    await run(step);
  }

  /** Answers and flushes everything. A room with a lost event gets another one, which shows the gap. */
  async finish(): Promise<void> {
    const { clock, hub, reads } = this.#world;
    this.#world.costMs = 0;
    for (const roomId of this.#gaps) this.#commit(message(roomId, this.#headOf(roomId) + 1));
    hub.publish(this.#unpublished.splice(0));
    for (const client of this.#clients) this.#drain(client);
    for (let round = 0; round < FINISH_ROUNDS; round++) {
      // A read that has just failed sets its timer first.
      await settle();
      clock.advance(1_000);
      await settle();
      if (reads.length === 0) return;
      for (const read of reads.splice(0)) read.answer(false);
    }
    throw new Error(`the hub still reads after ${FINISH_ROUNDS} rounds`);
  }

  /** Returns a line for each subscription that got events it must not get, or did not get events it must get. */
  faults(): string[] {
    const { log } = this.#world;
    return this.#allClients.flatMap((client) =>
      client.requests.flatMap((request) => faultsOf(client, request, log)),
    );
  }

  readonly #steps: Steps = {
    commit: ({ room, count }) => {
      const roomId = pick(ROOMS, room);
      for (let i = 0; i < count; i++) this.#commit(message(roomId, this.#headOf(roomId) + 1));
    },
    edit: ({ room }) => {
      const roomId = pick(ROOMS, room);
      this.#commit(edit(roomId, this.#headOf(roomId) + 1, 1, 'another text'));
    },
    move: ({ room, user }) => this.#move(pick(ROOMS, room), pick(PEOPLE, user)),
    publish: ({ count }) => this.#world.hub.publish(this.#unpublished.splice(0, count)),
    lose: () => {
      const event = this.#unpublished.shift();
      if (event) this.#gaps.add(event.roomId);
    },
    refresh: ({ room }) => {
      const roomId = pick(ROOMS, room);
      const others = this.#unpublished.splice(0).filter((event) => event.roomId !== roomId);
      this.#unpublished.push(...others);
      this.#world.hub.refresh(roomId);
    },
    repeat: ({ back }) => {
      const last = this.#world.log.slice(-1 - back);
      const published = last.filter((event) => !this.#unpublished.includes(event));
      this.#world.hub.publish(published.slice(0, 1));
    },
    subscribe: ({ link, room, back }) => this.#subscribe(pick(this.#clients, link), pick(ROOMS, room), back),
    unsubscribe: ({ link, room }) => {
      const client = pick(this.#clients, link);
      endRequests(client, pick(ROOMS, room));
      this.#world.hub.unsubscribe(client.connection, pick(ROOMS, room));
    },
    reopen: ({ link }) => {
      const client = pick(this.#clients, link);
      endRequests(client);
      this.#world.hub.close(client.connection);
      this.#clients[this.#clients.indexOf(client)] = this.#open(client.userId);
    },
    answer: ({ read, isStale }) => this.#removeRead(read)?.answer(isStale),
    fail: ({ read }) => this.#removeRead(read)?.fail(new Error('the store is down')),
    forget: () => this.#world.hub.forgetAll(),
    cost: ({ ms }) => {
      this.#world.costMs = ms;
    },
    slice: () => settle(1),
    stall: ({ link }) => {
      pick(this.#clients, link).link.queued = PUSH_MAX_BYTES;
    },
    drain: ({ link }) => this.#drain(pick(this.#clients, link)),
    tick: () => Promise.resolve(),
    turn: () => settle(),
  };

  #open(userId: number): ModelClient {
    const client = { userId, requests: [], ...this.#world.connect(userId) };
    this.#allClients.push(client);
    return client;
  }

  #headOf(roomId: number): number {
    return this.#world.log.findLast((event) => event.roomId === roomId)?.seq ?? 0;
  }

  #commit(event: RoomEvent): void {
    this.#world.log.push(event);
    this.#unpublished.push(event);
    const key = `${event.roomId} ${event.userId}`;
    if (event.type === 'join') this.#joinedAt.set(key, event.seq);
    if (event.type === 'leave') this.#joinedAt.delete(key);
  }

  #move(roomId: number, userId: number): void {
    const isMember = this.#joinedAt.has(`${roomId} ${userId}`);
    const seq = this.#headOf(roomId) + 1;
    this.#commit(isMember ? leave(roomId, seq, userId) : join(roomId, seq, userId));
  }

  #subscribe(client: ModelClient, roomId: number, back: number): void {
    const { hub } = this.#world;
    const joinedSeq = this.#joinedAt.get(`${roomId} ${client.userId}`);
    if (joinedSeq === undefined) return;
    const after = Math.max(0, this.#headOf(roomId) - back);
    const marker = `marker-${++this.#markers}`;
    endRequests(client, roomId);
    client.requests.push({ marker, roomId, after, joinedSeq, isWanted: true });
    hub.send(client.connection, { type: 'ok', id: marker });
    hub.subscribe(client.connection, roomId, { after, joinedSeq });
  }

  #removeRead(index: number): HubWorld['reads'][number] | undefined {
    const { reads } = this.#world;
    return reads.length > 0 ? reads.splice(index % reads.length, 1)[0] : undefined;
  }

  #drain({ link, connection }: ModelClient): void {
    link.queued = 0;
    this.#world.hub.refill(connection);
  }
}

function endRequests({ requests }: ModelClient, roomId?: number): void {
  for (const request of requests) {
    if (roomId === undefined || request.roomId === roomId) request.isWanted = false;
  }
}

function pick<T>(list: readonly T[], at: number): T {
  const item = list[at % list.length];
  if (item === undefined) throw new RangeError('the list is empty');
  return item;
}
