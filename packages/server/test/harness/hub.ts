/** A hub whose network and store the test controls: links write into lists, and reads wait until the test answers them. */
import type { CloseName, RoomEvent } from '@banter/protocol';
import { decodeFrame } from '@banter/protocol';
import type { Connection } from '../../src/hub/connection.ts';
import { Hub, type HubOptions } from '../../src/hub/hub.ts';
import type { Link, Wire } from '../../src/hub/link.ts';
import { createManualClock, type ManualClock } from './clock.ts';

/** A link that writes into lists. */
export type TestLink = Link & {
  /** One entry for each call of `write`. */
  readonly writes: Buffer[][];
  readonly fences: number[];
  readonly closes: [CloseName, number | undefined][];
  /** The answer of `queuedBytes`. A test sets it. */
  queued: number;
};

/** A read of the store that waits for the test's answer. */
export type PendingRead = {
  roomId: number;
  after: number;
  limit: number;
  /** Answers with the store's present events, or with those at the time of the read (`isStale`). */
  answer(isStale?: boolean): void;
  /** Lets the read fail. */
  fail(error: Error): void;
};

/** A hub with everything around it. */
export type HubWorld = {
  hub: Hub;
  clock: ManualClock;
  /** The store's events. Reads are answered from here. */
  log: RoomEvent[];
  reads: PendingRead[];
  /** The calls of `onConnection`. */
  presence: [number, boolean][];
  /** The calls of `onProblem`. */
  problems: unknown[];
  /** The milliseconds that each framing and each write takes on the clock. */
  costMs: number;
  /** Opens a connection of a person, on a link with its own wire by default. */
  connect(userId: number, wire?: Wire): { connection: Connection; link: TestLink };
};

/** Writes lines unframed: enough for tests that do not check frames. */
export const plainWire: Wire = (lines) => Buffer.from(lines);

/** Creates a hub with an empty store. @param inTurn lets pages be read; at once by default. */
export function createHubWorld(bounds?: HubOptions['bounds'], inTurn?: HubOptions['inTurn']): HubWorld {
  const clock = createManualClock();
  const world: Omit<HubWorld, 'hub' | 'connect'> = {
    clock,
    log: [],
    reads: [],
    presence: [],
    problems: [],
    costMs: 0,
  };
  const spend = () => clock.advance(world.costMs);
  const ownWire: Wire = (lines) => {
    spend();
    return plainWire(lines);
  };
  const hub = new Hub({
    clock,
    readEvents: (roomId, after, limit) =>
      new Promise((resolve, reject) => {
        const staleEvents = pageOf(world.log, roomId, after, limit);
        const answer = (isStale = false) =>
          resolve(isStale ? staleEvents : pageOf(world.log, roomId, after, limit));
        world.reads.push({ roomId, after, limit, answer, fail: reject });
      }),
    onConnection: ({ userId }, isOpen) => void world.presence.push([userId, isOpen]),
    onProblem: (error) => void world.problems.push(error),
    ...(bounds && { bounds }),
    ...(inTurn && { inTurn }),
  });
  let sessionId = 0;
  return Object.assign(world, {
    hub,
    connect(userId: number, wire: Wire = ownWire) {
      const link = createTestLink(wire, spend);
      const spender = { network: '192.0.2.1', person: userId };
      const name = { userId, username: `user${userId}` };
      const identity = { ...name, sessionId: ++sessionId, onlyRoomId: null, spender };
      return { link, connection: hub.open(link, identity) };
    },
  });
}

/** Creates a link that writes into lists. @param onWrite called at each write. */
export function createTestLink(wire: Wire = plainWire, onWrite = () => {}): TestLink {
  let queued = 0;
  let accepted = 0;
  const link: TestLink = {
    wire,
    writes: [],
    fences: [],
    closes: [],
    get queued() {
      return queued;
    },
    set queued(bytes) {
      accepted += Math.max(0, queued - bytes);
      queued = bytes;
    },
    progress: () => accepted,
    write(frame, more) {
      onWrite();
      link.writes.push([frame, ...(more ?? [])]);
    },
    queuedBytes: () => queued,
    fenced: (roomId) => void link.fences.push(roomId),
    close: (reason, retryAfterMs) => void link.closes.push([reason, retryAfterMs]),
  };
  return link;
}

/** The room of tests that need only one. */
export const ROOM = 1;

/** Subscribes a connection to ROOM. */
export function subscribe({ hub }: HubWorld, connection: Connection, after: number, joinedSeq = 0): void {
  hub.subscribe(connection, ROOM, { after, joinedSeq });
}

/** Opens a connection that follows ROOM live from `after`, and clears its writes. */
export async function follow(
  world: HubWorld,
  userId = 2,
  after = 0,
): Promise<{ connection: Connection; link: TestLink }> {
  const follower = world.connect(userId);
  subscribe(world, follower.connection, after);
  for (const read of world.reads.splice(0)) read.answer();
  await settle();
  follower.link.writes.length = 0;
  return follower;
}

/** Returns all events that were written to a link with `plainWire`, in order. */
export function eventsOf(link: TestLink) {
  return link.writes.flat().flatMap((frame) => decodeFrame(frame.toString()));
}

/** Returns the same in short words, such as `m3` for the message with seq 3, and `live 3`. */
export function wordsOf(link: TestLink): string[] {
  return eventsOf(link).map((event) => {
    if (event.type === 'live') return `live ${event.head}`;
    return 'seq' in event && 'userId' in event ? `${event.type[0]}${event.seq}` : event.type;
  });
}

/** Waits for flushes and the promises around them: some turns of the event loop, and no time. */
export async function settle(turns = 3): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const factOf = (roomId: number, seq: number, userId: number) => ({
  roomId,
  seq,
  at: '2026-01-01T00:00:00.000Z',
  userId,
  username: `user${userId}`,
});

/** Creates a message of user 1. */
export function message(roomId: number, seq: number, content = `text ${seq}`): RoomEvent {
  return { type: 'message', ...factOf(roomId, seq, 1), content, id: `id-of-${String(seq).padStart(5, '0')}` };
}

/** Creates user 1's edit of the message `target`. */
export function edit(roomId: number, seq: number, target: number, content: string): RoomEvent {
  return { type: 'edit', ...factOf(roomId, seq, 1), target, content };
}

/** Creates the event of a person who leaves. */
export function leave(roomId: number, seq: number, userId: number): RoomEvent {
  return { type: 'leave', ...factOf(roomId, seq, userId) };
}

/** Creates the event of a person who joins. */
export function join(roomId: number, seq: number, userId: number): RoomEvent {
  return { type: 'join', ...factOf(roomId, seq, userId) };
}

/** Creates the event by which user 1 removes `target`. */
export function kick(roomId: number, seq: number, target: number): RoomEvent {
  return { type: 'kick', ...factOf(roomId, seq, 1), target, targetUsername: `user${target}` };
}

function pageOf(log: readonly RoomEvent[], roomId: number, after: number, limit: number): RoomEvent[] {
  return log.filter((event) => event.roomId === roomId && event.seq > after).slice(0, limit);
}
