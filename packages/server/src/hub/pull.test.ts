import { describe, expect, test } from 'vitest';
import {
  createHubWorld,
  edit,
  eventsOf,
  follow,
  kick,
  message,
  ROOM,
  settle,
  subscribe,
  type TestLink,
  wordsOf,
} from '../../test/harness/hub.ts';
import { EPHEMERAL_MAX_BYTES, PUSH_MAX_BYTES } from './limits.ts';

const typing = { type: 'typing', roomId: ROOM, userId: 9, username: 'user9' } as const;

/** Publishes the event with the next seq of ROOM, which the store then has. */
function publishNext(world: ReturnType<typeof createHubWorld>, seq: number): void {
  world.log.push(message(ROOM, seq));
  world.hub.publish([message(ROOM, seq)]);
}

describe('a slow reader', () => {
  test('[B1] with more than 1 MiB unsent is not pushed to, and nobody else waits', async () => {
    const world = createHubWorld();
    const slow = await follow(world, 2);
    const quick = await follow(world, 3);
    slow.link.queued = PUSH_MAX_BYTES;
    publishNext(world, 1);
    await settle();
    expect(wordsOf(slow.link)).toEqual([]);
    expect(wordsOf(quick.link)).toEqual(['m1']);
    expect(world.reads).toEqual([]);
  });

  test('[B1] [B2] is refilled when it drains, and is live again', async () => {
    const world = createHubWorld();
    const { connection, link } = await follow(world);
    link.queued = PUSH_MAX_BYTES;
    for (const seq of [1, 2, 3]) publishNext(world, seq);
    await settle();
    link.queued = 0;
    world.hub.refill(connection);
    publishNext(world, 4);
    await settle();
    expect(wordsOf(link)).toEqual(['m1', 'm2', 'm3', 'live 3', 'm4']);
    expect(world.reads).toEqual([]);
  });

  test('[B1] [B2] is refilled from the store with what is no longer in memory', async () => {
    const world = createHubWorld();
    const { connection, link } = await follow(world);
    link.queued = PUSH_MAX_BYTES;
    for (const seq of [1, 2, 3]) publishNext(world, seq);
    await settle();
    world.hub.forget(ROOM);
    link.queued = 0;
    world.hub.refill(connection);
    expect(world.reads).toMatchObject([{ after: 0 }]);
    world.reads[0]?.answer();
    await settle();
    publishNext(world, 4);
    await settle();
    expect(wordsOf(link)).toEqual(['m1', 'm2', 'm3', 'live 3', 'm4']);
  });

  test('[B1] that drains within the very write that filled it is refilled all the same', async () => {
    const world = createHubWorld();
    const { connection, link } = await follow(world);
    world.hub.send(connection, { type: 'ok', id: 'abcdefgh' });
    link.queued = PUSH_MAX_BYTES;
    publishNext(world, 1);
    link.write = (frames) => {
      link.writes.push([...frames]);
      link.queued = 0;
      // As a socket tells it whose kernel took everything at once.
      process.nextTick(() => world.hub.refill(connection));
    };
    await settle();
    await settle();
    expect(wordsOf(link)).toEqual(['ok', 'm1', 'live 1']);
  });

  test('[B1] [R1] gets a page of long messages in several frames, whole and in order', async () => {
    const world = createHubWorld();
    world.log = [1, 2, 3, 4].map((seq) => ({
      ...message(ROOM, seq),
      content: `${seq}${'x'.repeat(150_000)}`,
    }));
    const { connection, link } = world.connect(2);
    subscribe(world, connection, 0);
    world.reads[0]?.answer();
    await settle();
    expect(world.reads).toHaveLength(1);
    expect(link.writes.flat().length).toBeGreaterThanOrEqual(4);
    expect(wordsOf(link)).toEqual(['m1', 'm2', 'm3', 'm4', 'live 4']);
  });

  test('[B1] who resumes many rooms and takes nothing has one page read, and little queued', async () => {
    const world = createHubWorld();
    const rooms = Array.from({ length: 40 }, (_, i) => i + 1);
    const long = 'x'.repeat(8_000);
    world.log = rooms.flatMap((room) =>
      Array.from({ length: 100 }, (_, i) => ({ ...message(room, i + 1), content: long })),
    );
    const { connection, link } = world.connect(2);
    link.write = (frames) => {
      for (const frame of frames) link.queued += frame.length;
    };
    for (const room of rooms) world.hub.subscribe(connection, room, { after: 0, joinedSeq: 0 });
    for (let answered = 0; answered < world.reads.length; answered++) {
      world.reads[answered]?.answer();
      await settle();
    }
    expect(world.reads).toHaveLength(1);
    expect(link.queued).toBeLessThan(PUSH_MAX_BYTES);
  });

  test('[B1] gets one page at a time, no faster than it reads', async () => {
    const world = createHubWorld();
    world.log = Array.from({ length: 1_000 }, (_, i) => message(ROOM, i + 1));
    const { connection, link } = world.connect(2);
    subscribe(world, connection, 0);
    link.queued = PUSH_MAX_BYTES;
    world.reads[0]?.answer();
    await settle();
    expect(world.reads.map(({ after }) => after)).toEqual([0]);
    link.queued = 0;
    world.hub.refill(connection);
    world.hub.refill(connection);
    expect(world.reads.map(({ after }) => after)).toEqual([0, 500]);
  });

  test('[B1] with little unsent is pushed to', async () => {
    const world = createHubWorld();
    const { link } = await follow(world);
    link.queued = PUSH_MAX_BYTES - 4_096;
    publishNext(world, 1);
    await settle();
    expect(wordsOf(link)).toEqual(['m1']);
  });

  test('[B1] counts what waits for the flush as unsent', async () => {
    const world = createHubWorld();
    const { connection, link } = await follow(world);
    for (const room of [ROOM, 2]) world.hub.subscribe(connection, room, { after: 0, joinedSeq: 0 });
    for (const read of world.reads.splice(0)) read.answer();
    await settle();
    link.writes.length = 0;
    const half = 'x'.repeat(PUSH_MAX_BYTES / 2);
    world.hub.publish([message(ROOM, 1, half), message(2, 1, half)]);
    await settle();
    expect(eventsOf(link)).toHaveLength(1);
  });
});

describe('a room that changes while it is read', () => {
  test('[R1] faster than it is read keeps nobody waiting for ever', async () => {
    const world = createHubWorld();
    world.log = [message(ROOM, 1), message(ROOM, 2)];
    const { connection, link } = world.connect(2);
    subscribe(world, connection, 0);
    for (let round = 0; round < 10 && wordsOf(link).length === 0; round++) {
      const change = edit(ROOM, world.log.length + 1, 1, `text ${round}`);
      world.log.push(change);
      world.hub.publish([change]);
      for (const read of world.reads.splice(0)) read.answer(true);
      await settle();
    }
    expect(wordsOf(link).slice(0, 2)).toEqual(['m1', 'm2']);
    for (const read of world.reads.splice(0)) read.answer();
    await settle();
    const last = world.log.length;
    expect(wordsOf(link)).toEqual([
      'm1',
      'm2',
      ...world.log.slice(2).map(({ seq }) => `e${seq}`),
      `live ${last}`,
    ]);
  });
});

describe('who was shut out', () => {
  test('[A3] and has not read so far yet, hears nothing fleeting any more, and is no member to be heard', async () => {
    const world = createHubWorld();
    const slow = await follow(world, 2);
    const other = await follow(world, 3);
    slow.link.queued = PUSH_MAX_BYTES;
    publishNext(world, 1);
    world.log.push(kick(ROOM, 2, 2));
    world.hub.publish([kick(ROOM, 2, 2)]);
    await settle();
    slow.link.queued = 0;
    world.hub.broadcast([ROOM], typing);
    expect(slow.connection.subscriptions.get(ROOM)?.isShutOut).toBe(true);
    world.hub.refill(slow.connection);
    await settle();
    expect(wordsOf(slow.link)).toEqual(['m1', 'k2']);
    expect(slow.link.fences).toEqual([ROOM]);
    expect(wordsOf(other.link)).toEqual(['m1', 'k2', 'typing']);
  });

  test('[A3] and has joined again since, is a member', async () => {
    const world = createHubWorld();
    const { connection } = world.connect(2);
    subscribe(world, connection, 0, 3);
    world.hub.publish([kick(ROOM, 2, 2)]);
    expect(connection.subscriptions.get(ROOM)?.isShutOut).toBe(false);
  });
});

describe('what is fleeting', () => {
  test('[B1] is left out for those with more than 256 KiB unsent, and only for them', async () => {
    const world = createHubWorld();
    const slow = await follow(world, 2);
    const quick = await follow(world, 3);
    slow.link.queued = EPHEMERAL_MAX_BYTES + 1;
    quick.link.queued = EPHEMERAL_MAX_BYTES;
    world.hub.broadcast([ROOM], typing);
    world.hub.publish([message(ROOM, 1)]);
    await settle();
    expect(wordsOf(slow.link)).toEqual(['m1']);
    expect(wordsOf(quick.link).sort()).toEqual(['m1', 'typing']);
  });

  test('comes once to a connection, however many of the rooms it follows, and not to its author', async () => {
    const world = createHubWorld();
    const author = await follow(world, 9);
    const { connection, link } = await follow(world, 3);
    world.hub.subscribe(connection, 2, { after: 0, joinedSeq: 0 });
    world.hub.broadcast(
      [ROOM, 2, 77],
      { type: 'presence', userId: 9, username: 'user9', state: 'online' },
      9,
    );
    await settle();
    expect(wordsOf(link)).toEqual(['presence']);
    expect(wordsOf(author.link)).toEqual([]);
  });
});

describe('a reader that takes nothing', () => {
  /** Looks at the links once a second, as the app does. */
  function look(world: ReturnType<typeof createHubWorld>, seconds: number): void {
    for (let second = 0; second < seconds; second++) {
      world.hub.closeStalled();
      world.clock.advance(1_000);
    }
  }
  const isEnded = (link: TestLink) => link.closes.some(([reason]) => reason === 'slow_reader');

  test('[B1] for 30 s is closed with a code that says resume', () => {
    const world = createHubWorld();
    const { link } = world.connect(2);
    link.queued = 1;
    look(world, 31);
    expect(link.closes).toEqual([]);
    look(world, 1);
    expect(link.closes).toEqual([['slow_reader', undefined]]);
  });

  test('[B1] but has nothing to take, stays', () => {
    const world = createHubWorld();
    const { link } = world.connect(2);
    look(world, 100);
    expect(isEnded(link)).toBe(false);
  });

  test('[B1] but had made progress meanwhile, stays', () => {
    const world = createHubWorld();
    const { link } = world.connect(2);
    link.queued = 1_000;
    for (let round = 0; round < 5; round++) {
      look(world, 29);
      link.queued -= 1;
    }
    expect(isEnded(link)).toBe(false);
    link.queued = 0;
    look(world, 1);
    link.queued = 1_000;
    look(world, 29);
    expect(isEnded(link)).toBe(false);
  });

  test('[B1] at each look, but drained between the looks, stays', () => {
    const world = createHubWorld();
    const { connection, link } = world.connect(2);
    link.queued = 1_000;
    for (let round = 0; round < 5; round++) {
      look(world, 29);
      world.hub.refill(connection);
    }
    expect(isEnded(link)).toBe(false);
  });
});
