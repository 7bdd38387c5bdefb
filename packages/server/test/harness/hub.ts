/** A hub with its network and store in the test's hand: links are lists, reads are answered when the test says so. */
import type { CloseName, RoomEvent } from '@banter/protocol';
import { decodeFrame } from '@banter/protocol';
import type { Connection } from '../../src/hub/connection.ts';
import { Hub, type HubOptions } from '../../src/hub/hub.ts';
import type { Link, Wire } from '../../src/hub/link.ts';
import { createManualClock, type ManualClock } from './clock.ts';

/** A link that writes into lists. */
export type TestLink = Link & {
  /** One entry for each call of write. */
  readonly writes: Buffer[][];
  readonly fences: number[];
  readonly closes: [CloseName, number | undefined][];
  /** What queuedBytes tells; a test sets it. */
  queued: number;
};

/** A read of the store that waits for its answer. */
export type PendingRead = {
  roomId: number;
  after: number;
  limit: number;
  /** Answers as the store is now; `isStale`: as it was when the read was asked. */
  answer(isStale?: boolean): void;
  fail(error: Error): void;
};

export type HubWorld = {
  hub: Hub;
  clock: ManualClock;
  /** What the store holds; reads are answered from here, as it is at that moment. */
  log: RoomEvent[];
  reads: PendingRead[];
  presence: [number, boolean][];
  problems: unknown[];
  /** What framing something, or writing to a link, takes on the clock. */
  costMs: number;
  connect(userId: number, wire?: Wire): { connection: Connection; link: TestLink };
};

/** Lines as they are: enough where nothing looks at frames. */
export const plainWire: Wire = (lines) => Buffer.from(lines);

export function createHubWorld(bounds?: HubOptions['bounds']): HubWorld {
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
        const then = pageOf(world.log, roomId, after, limit);
        const answer = (isStale = false) => resolve(isStale ? then : pageOf(world.log, roomId, after, limit));
        world.reads.push({ roomId, after, limit, answer, fail: reject });
      }),
    onConnection: ({ userId }, isOpen) => void world.presence.push([userId, isOpen]),
    onProblem: (error) => void world.problems.push(error),
    ...(bounds && { bounds }),
  });
  let sessionId = 0;
  return Object.assign(world, {
    hub,
    connect(userId: number, wire: Wire = ownWire) {
      const link = createTestLink(wire, spend);
      const identity = { userId, username: `user${userId}`, sessionId: ++sessionId, onlyRoomId: null };
      return { link, connection: hub.open(link, identity) };
    },
  });
}

/** @param onWrite called at each write */
export function createTestLink(wire: Wire = plainWire, onWrite = () => {}): TestLink {
  let queued = 0;
  let taken = 0;
  const link: TestLink = {
    wire,
    writes: [],
    fences: [],
    closes: [],
    get queued() {
      return queued;
    },
    set queued(bytes) {
      taken += Math.max(0, queued - bytes);
      queued = bytes;
    },
    progress: () => taken,
    write(frames) {
      onWrite();
      link.writes.push([...frames]);
    },
    queuedBytes: () => queued,
    fenced: (roomId) => void link.fences.push(roomId),
    close: (reason, retryAfterMs) => void link.closes.push([reason, retryAfterMs]),
  };
  return link;
}

/** The room that tests talk of when one is enough. */
export const ROOM = 1;

export function subscribe({ hub }: HubWorld, connection: Connection, after: number, joinedSeq = 0): void {
  hub.subscribe(connection, ROOM, { after, joinedSeq });
}

/** Someone who follows ROOM live from `after`, to whom nothing was written yet. */
export async function follow(
  world: HubWorld,
  userId = 2,
  after = 0,
): Promise<{ connection: Connection; link: TestLink }> {
  const one = world.connect(userId);
  subscribe(world, one.connection, after);
  for (const read of world.reads.splice(0)) read.answer();
  await settle();
  one.link.writes.length = 0;
  return one;
}

/** Every event that was written to a link whose frames are plain lines, in order. */
export function eventsOf(link: TestLink) {
  return link.writes.flat().flatMap((frame) => decodeFrame(frame.toString()));
}

/** The same as short words: `m3` for the message with seq 3, `live 3`. */
export function wordsOf(link: TestLink): string[] {
  return eventsOf(link).map((event) => {
    if (event.type === 'live') return `live ${event.head}`;
    return 'seq' in event && 'userId' in event ? `${event.type[0]}${event.seq}` : event.type;
  });
}

/** Lets flushes, and the promises around them, come to rest: nothing here waits for time. */
export async function settle(turns = 3): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const fact = (roomId: number, seq: number, userId: number) => ({
  roomId,
  seq,
  at: '2026-01-01T00:00:00.000Z',
  userId,
  username: `user${userId}`,
});

export function message(roomId: number, seq: number, content = `text ${seq}`): RoomEvent {
  return { type: 'message', ...fact(roomId, seq, 1), content, id: `id-of-${String(seq).padStart(5, '0')}` };
}

export function edit(roomId: number, seq: number, target: number, content: string): RoomEvent {
  return { type: 'edit', ...fact(roomId, seq, 1), target, content };
}

export function leave(roomId: number, seq: number, userId: number): RoomEvent {
  return { type: 'leave', ...fact(roomId, seq, userId) };
}

export function join(roomId: number, seq: number, userId: number): RoomEvent {
  return { type: 'join', ...fact(roomId, seq, userId) };
}

export function kick(roomId: number, seq: number, target: number): RoomEvent {
  return { type: 'kick', ...fact(roomId, seq, 1), target, targetUsername: `user${target}` };
}

function pageOf(log: readonly RoomEvent[], roomId: number, after: number, limit: number): RoomEvent[] {
  return log.filter((event) => event.roomId === roomId && event.seq > after).slice(0, limit);
}
