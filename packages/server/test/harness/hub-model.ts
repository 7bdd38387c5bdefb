/** A hub among people who come, go, fall behind and are shut out; knows what each of them must have got. */
import { fencedUserId, isRoomEvent, type RoomEvent, type ServerEvent } from '@banter/protocol';
import type { Connection } from '../../src/hub/connection.ts';
import { PUSH_MAX_BYTES } from '../../src/hub/limits.ts';

import { createHubWorld, edit, eventsOf, join, leave, message, settle, type TestLink } from './hub.ts';

/** One thing that happens; numbers are taken modulo what there is. */
export type HubStep =
  | { do: 'commit'; room: number; count: number }
  /** An edit: what is kept of the room is out of date. */
  | { do: 'edit'; room: number }
  /** A person joins or leaves. */
  | { do: 'move'; room: number; user: number }
  | { do: 'publish'; count: number }
  /** What was committed is not published: a gap for the hub. */
  | { do: 'lose' }
  /** What was committed to a room is not published, but the hub is asked to look. */
  | { do: 'look'; room: number }
  | { do: 'repeat'; back: number }
  | { do: 'subscribe'; link: number; room: number; back: number }
  | { do: 'unsubscribe'; link: number; room: number }
  /** A link ends, and another one of the same person comes. */
  | { do: 'reopen'; link: number }
  /** `isStale`: the read saw the store as it was when it was asked. */
  | { do: 'answer'; read: number; isStale: boolean }
  | { do: 'fail'; read: number }
  /** An event is dropped from memory. */
  | { do: 'forget'; room: number }
  /** From now on every write and frame takes so long: flushes are cut into slices. */
  | { do: 'cost'; ms: number }
  /** One turn of the event loop. */
  | { do: 'slice' }
  | { do: 'slow'; link: number }
  | { do: 'drain'; link: number }
  /** Promises go on. */
  | { do: 'tick' }
  /** Flushes happen. */
  | { do: 'turn' };

type Client = { userId: number; connection: Connection; link: TestLink; asked: Asked[] };
/** A subscription as it was asked for: its marker stands in the link's stream where it began. */
type Asked = { marker: string; roomId: number; after: number; joinedSeq: number; isWanted: boolean };

const ROOMS = [1, 2];
/** Who has connections, one after the other; the first has two. */
const PEOPLE = [2, 2, 3, 4];
const REST_ROUNDS = 200;
/** Reached within a run: two connections are already many, and memory holds few long events. */
const BOUNDS = { promptConnections: 2, recent: { roomBytes: 60_000, nodeBytes: 90_000 } };

export function createHubModel() {
  const world = createHubWorld(BOUNDS);
  const { hub, log, reads } = world;
  const unpublished: RoomEvent[] = [];
  const joinedAt = new Map<string, number>();
  /** Rooms of which something was lost and nobody told the hub to look. */
  const gaps = new Set<number>();
  const everyone: Client[] = [];
  const clients: Client[] = [];
  let markers = 0;

  for (const roomId of ROOMS)
    for (const userId of new Set(PEOPLE)) commit(join(roomId, headOf(roomId) + 1, userId));
  for (const userId of PEOPLE) clients.push(open(userId));

  function open(userId: number): Client {
    const client = { userId, asked: [], ...world.connect(userId) };
    everyone.push(client);
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

  function endAsked({ asked }: Client, roomId?: number): void {
    for (const one of asked) if (roomId === undefined || one.roomId === roomId) one.isWanted = false;
  }

  function subscribe(client: Client, roomId: number, back: number): void {
    const joinedSeq = joinedAt.get(`${roomId} ${client.userId}`);
    if (joinedSeq === undefined) return;
    const after = Math.max(0, headOf(roomId) - back);
    const marker = `marker-${++markers}`;
    endAsked(client, roomId);
    client.asked.push({ marker, roomId, after, joinedSeq, isWanted: true });
    hub.send(client.connection, { type: 'ok', id: marker });
    hub.subscribe(client.connection, roomId, { after, joinedSeq });
  }

  const acts: { [K in HubStep['do']]: (step: Extract<HubStep, { do: K }>) => unknown } = {
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
    look({ room }) {
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
      endAsked(client, pick(ROOMS, room));
      hub.unsubscribe(client.connection, pick(ROOMS, room));
    },
    reopen({ link }) {
      const client = pick(clients, link);
      endAsked(client);
      hub.close(client.connection);
      clients[clients.indexOf(client)] = open(client.userId);
    },
    answer({ read, isStale }) {
      if (reads.length > 0) reads.splice(read % reads.length, 1)[0]?.answer(isStale);
    },
    fail({ read }) {
      if (reads.length > 0) reads.splice(read % reads.length, 1)[0]?.fail(new Error('the store is away'));
    },
    forget({ room }) {
      const roomId = pick(ROOMS, room);
      hub.forget(roomId);
    },
    cost({ ms }) {
      world.costMs = ms;
    },
    slice: () => settle(1),
    slow({ link }) {
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
    async play(step: HubStep): Promise<void> {
      const act = acts[step.do] as (step: HubStep) => unknown;
      await act(step);
    },
    /** Everything that is under way comes to its end; a room that has lost something gets one more event, which shows it. */
    async comeToRest(): Promise<void> {
      world.costMs = 0;
      for (const roomId of gaps) commit(message(roomId, headOf(roomId) + 1));
      hub.publish(unpublished.splice(0));
      for (const client of clients) drain(client);
      for (let round = 0; round < REST_ROUNDS; round++) {
        world.clock.advance(1_000);
        await settle();
        if (reads.length === 0) return;
        for (const read of reads.splice(0)) read.answer(false);
      }
      throw new Error('the hub still reads');
    },
    /** What somebody got that they must not, or did not get that they must. */
    faults: () => everyone.flatMap((client) => client.asked.flatMap((asked) => faultOf(client, asked, log))),
  };
}

function pick<T>(list: readonly T[], at: number): T {
  const item = list[at % list.length];
  if (item === undefined) throw new RangeError('there is nothing to pick from');
  return item;
}

function faultOf(client: Client, asked: Asked, log: readonly RoomEvent[]): string[] {
  const got = segmentOf(client, asked)
    .filter(isRoomEvent)
    .map(({ seq }) => seq);
  const due = dueTo(client.userId, asked, log);
  const isRight = asked.isWanted
    ? got.join() === due.join()
    : `${due.join()},`.startsWith(got.length ? `${got.join()},` : '');
  return isRight
    ? []
    : [`user ${client.userId}, room ${asked.roomId} after ${asked.after}: got ${got}, due ${due}`];
}

/** What the link got of a room between this subscription's marker and the next one's. */
function segmentOf({ link, asked: all }: Client, { marker, roomId }: Asked): ServerEvent[] {
  const events = eventsOf(link);
  const markersOfRoom = new Set(all.filter((one) => one.roomId === roomId).map((one) => one.marker));
  const start = events.findIndex((event) => event.type === 'ok' && event.id === marker);
  if (start === -1) return [];
  const rest = events.slice(start + 1);
  const end = rest.findIndex((event) => event.type === 'ok' && markersOfRoom.has(event.id));
  const segment = end === -1 ? rest : rest.slice(0, end);
  return segment.filter((event) => 'roomId' in event && event.roomId === roomId);
}

/** The seqs above the cursor up to the first event that shuts the person out of this membership. */
function dueTo(userId: number, { roomId, after, joinedSeq }: Asked, log: readonly RoomEvent[]): number[] {
  const above = log.filter((event) => event.roomId === roomId && event.seq > after);
  const fence = above.findIndex((event) => event.seq > joinedSeq && fencedUserId(event) === userId);
  return (fence === -1 ? above : above.slice(0, fence + 1)).map(({ seq }) => seq);
}
