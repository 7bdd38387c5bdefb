/** A model of people who come, go, fall behind and are removed. It knows which events each of them must have got. */
import { fencedUserId, isRoomEvent, type RoomEvent, type ServerEvent } from '@banter/protocol';
import type { Connection } from '../../src/hub/connection.ts';
import { PUSH_MAX_BYTES } from '../../src/hub/limits.ts';

import { createHubWorld, edit, eventsOf, join, leave, message, settle, type TestLink } from './hub.ts';

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
  | { do: 'forget'; room: number }
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

/** A person's connection, and the subscriptions that it asked for. */
type Client = { userId: number; connection: Connection; link: TestLink; requests: SubscriptionRequest[] };
/** A requested subscription. Its marker is in the link's stream where it began. */
type SubscriptionRequest = {
  marker: string;
  roomId: number;
  after: number;
  joinedSeq: number;
  isWanted: boolean;
};

const ROOMS = [1, 2];
/** The people of the first connections. One of them has two. */
const PEOPLE = [2, 2, 3, 4];
const FINISH_ROUNDS = 200;
/** Small enough to be reached: more than two receivers are many, and memory holds few long events. */
const BOUNDS = { promptConnections: 2, recent: { roomBytes: 60_000, nodeBytes: 90_000 } };

/** Creates a hub with the first connections, whose people are members of all rooms. */
export function createHubModel() {
  const world = createHubWorld(BOUNDS);
  const { hub, log, reads } = world;
  const unpublished: RoomEvent[] = [];
  const joinedAt = new Map<string, number>();
  /** Rooms with a lost event that the hub was not told about. */
  const gaps = new Set<number>();
  const allClients: Client[] = [];
  const clients: Client[] = [];
  let markers = 0;

  for (const roomId of ROOMS)
    for (const userId of new Set(PEOPLE)) commit(join(roomId, headOf(roomId) + 1, userId));
  for (const userId of PEOPLE) clients.push(open(userId));

  function open(userId: number): Client {
    const client = { userId, requests: [], ...world.connect(userId) };
    allClients.push(client);
    return client;
  }

  function headOf(roomId: number): number {
    return log.findLast((event) => event.roomId === roomId)?.seq ?? 0;
  }

  function commit(event: RoomEvent): void {
    log.push(event);
    unpublished.push(event);
    const key = `${event.roomId} ${event.userId}`;
    if (event.type === 'join') joinedAt.set(key, event.seq);
    if (event.type === 'leave') joinedAt.delete(key);
  }

  function endRequests({ requests }: Client, roomId?: number): void {
    for (const request of requests) {
      if (roomId === undefined || request.roomId === roomId) request.isWanted = false;
    }
  }

  function subscribe(client: Client, roomId: number, back: number): void {
    const joinedSeq = joinedAt.get(`${roomId} ${client.userId}`);
    if (joinedSeq === undefined) return;
    const after = Math.max(0, headOf(roomId) - back);
    const marker = `marker-${++markers}`;
    endRequests(client, roomId);
    client.requests.push({ marker, roomId, after, joinedSeq, isWanted: true });
    hub.send(client.connection, { type: 'ok', id: marker });
    hub.subscribe(client.connection, roomId, { after, joinedSeq });
  }

  const steps: { [K in HubStep['do']]: (step: Extract<HubStep, { do: K }>) => unknown } = {
    commit({ room, count }) {
      const roomId = pick(ROOMS, room);
      for (let i = 0; i < count; i++) commit(message(roomId, headOf(roomId) + 1));
    },
    edit({ room }) {
      const roomId = pick(ROOMS, room);
      commit(edit(roomId, headOf(roomId) + 1, 1, 'another text'));
    },
    move({ room, user }) {
      const [roomId, userId] = [pick(ROOMS, room), pick(PEOPLE, user)];
      const seq = headOf(roomId) + 1;
      commit(joinedAt.has(`${roomId} ${userId}`) ? leave(roomId, seq, userId) : join(roomId, seq, userId));
    },
    publish: ({ count }) => hub.publish(unpublished.splice(0, count)),
    lose() {
      const event = unpublished.shift();
      if (event) gaps.add(event.roomId);
    },
    refresh({ room }) {
      const roomId = pick(ROOMS, room);
      const others = unpublished.splice(0).filter((event) => event.roomId !== roomId);
      unpublished.push(...others);
      hub.refresh(roomId);
    },
    repeat: ({ back }) =>
      hub.publish(
        log
          .slice(-1 - back)
          .filter((event) => !unpublished.includes(event))
          .slice(0, 1),
      ),
    subscribe: ({ link, room, back }) => subscribe(pick(clients, link), pick(ROOMS, room), back),
    unsubscribe({ link, room }) {
      const client = pick(clients, link);
      endRequests(client, pick(ROOMS, room));
      hub.unsubscribe(client.connection, pick(ROOMS, room));
    },
    reopen({ link }) {
      const client = pick(clients, link);
      endRequests(client);
      hub.close(client.connection);
      clients[clients.indexOf(client)] = open(client.userId);
    },
    answer({ read, isStale }) {
      if (reads.length > 0) reads.splice(read % reads.length, 1)[0]?.answer(isStale);
    },
    fail({ read }) {
      if (reads.length > 0) reads.splice(read % reads.length, 1)[0]?.fail(new Error('the store is down'));
    },
    forget({ room }) {
      const roomId = pick(ROOMS, room);
      hub.forget(roomId);
    },
    cost({ ms }) {
      world.costMs = ms;
    },
    slice: () => settle(1),
    stall({ link }) {
      pick(clients, link).link.queued = PUSH_MAX_BYTES;
    },
    drain: ({ link }) => drain(pick(clients, link)),
    tick: () => Promise.resolve(),
    turn: () => settle(),
  };

  function drain({ link, connection }: Client): void {
    link.queued = 0;
    hub.refill(connection);
  }

  return {
    /** Runs one step. */
    async play(step: HubStep): Promise<void> {
      const run = steps[step.do] as (step: HubStep) => unknown;
      await run(step);
    },
    /** Answers and flushes everything. A room with a lost event gets another one, which shows the gap. */
    async finish(): Promise<void> {
      world.costMs = 0;
      for (const roomId of gaps) commit(message(roomId, headOf(roomId) + 1));
      hub.publish(unpublished.splice(0));
      for (const client of clients) drain(client);
      for (let round = 0; round < FINISH_ROUNDS; round++) {
        world.clock.advance(1_000);
        await settle();
        if (reads.length === 0) return;
        for (const read of reads.splice(0)) read.answer(false);
      }
      throw new Error(`the hub still reads after ${FINISH_ROUNDS} rounds`);
    },
    /** Returns each subscription that got events it must not get, or did not get events it must get. */
    faults: () =>
      allClients.flatMap((client) => client.requests.flatMap((request) => faultsOf(client, request, log))),
  };
}

function pick<T>(list: readonly T[], at: number): T {
  const item = list[at % list.length];
  if (item === undefined) throw new RangeError('the list is empty');
  return item;
}

function faultsOf(client: Client, request: SubscriptionRequest, log: readonly RoomEvent[]): string[] {
  const got = segmentOf(client, request)
    .filter(isRoomEvent)
    .map(({ seq }) => seq);
  const due = dueTo(client.userId, request, log);
  const isRight = request.isWanted
    ? got.join() === due.join()
    : `${due.join()},`.startsWith(got.length ? `${got.join()},` : '');
  return isRight
    ? []
    : [`user ${client.userId}, room ${request.roomId} after ${request.after}: got ${got}, due ${due}`];
}

/** Returns the room's events on the link between this subscription's marker and the next one's. */
function segmentOf({ link, requests }: Client, { marker, roomId }: SubscriptionRequest): ServerEvent[] {
  const events = eventsOf(link);
  const markersOfRoom = new Set(
    requests.filter((other) => other.roomId === roomId).map((other) => other.marker),
  );
  const start = events.findIndex((event) => event.type === 'ok' && event.id === marker);
  if (start === -1) return [];
  const rest = events.slice(start + 1);
  const end = rest.findIndex((event) => event.type === 'ok' && markersOfRoom.has(event.id));
  const segment = end === -1 ? rest : rest.slice(0, end);
  return segment.filter((event) => 'roomId' in event && event.roomId === roomId);
}

/** Returns the seqs above the cursor, up to the first event that ends this membership. */
function dueTo(
  userId: number,
  { roomId, after, joinedSeq }: SubscriptionRequest,
  log: readonly RoomEvent[],
): number[] {
  const above = log.filter((event) => event.roomId === roomId && event.seq > after);
  const fence = above.findIndex((event) => event.seq > joinedSeq && fencedUserId(event) === userId);
  return (fence === -1 ? above : above.slice(0, fence + 1)).map(({ seq }) => seq);
}
