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
  wordsOf,
} from '../../../test/harness/hub.ts';
import { EPHEMERAL_MAX_BYTES, PUSH_MAX_BYTES } from '../limits.ts';

const typing = { type: 'typing', roomId: ROOM, userId: 9, username: 'user9' } as const;

/** Stores and publishes the next event of ROOM. */
function publishNext(world: ReturnType<typeof createHubWorld>, seq: number): void {
  world.log.push(message(ROOM, seq));
  world.hub.publish([message(ROOM, seq)]);
}

describe('a slow reader', () => {
  test('[B1] is not pushed to with more than 1 MiB unsent, and delays nobody else', async () => {
    const world = createHubWorld();
    const slowReader = await follow(world, 2);
    const fastReader = await follow(world, 3);
    slowReader.link.queued = PUSH_MAX_BYTES;
    publishNext(world, 1);
    await settle();
    expect(wordsOf(slowReader.link)).toEqual([]);
    expect(wordsOf(fastReader.link)).toEqual(['m1']);
    expect(world.reads).toEqual([]);
  });

  test('[B1] [B2] gets the missed events when it drains, and is live again', async () => {
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

  test('[B1] [B2] gets the events from the store that are no longer in memory', async () => {
    const world = createHubWorld();
    const { connection, link } = await follow(world);
    link.queued = PUSH_MAX_BYTES;
    for (const seq of [1, 2, 3]) publishNext(world, seq);
    await settle();
    world.hub.forgetAll();
    link.queued = 0;
    world.hub.refill(connection);
    expect(world.reads).toMatchObject([{ after: 0 }]);
    world.reads[0]?.answer();
    await settle();
    publishNext(world, 4);
    await settle();
    expect(wordsOf(link)).toEqual(['m1', 'm2', 'm3', 'live 3', 'm4']);
  });

  test('[B1] gets the missed events also if it drains during the write that filled it', async () => {
    const world = createHubWorld();
    const { connection, link } = await follow(world);
    world.hub.send(connection, { type: 'ok', id: 'abcdefgh' });
    link.queued = PUSH_MAX_BYTES;
    publishNext(world, 1);
    link.write = (frame, more) => {
      link.writes.push([frame, ...(more ?? [])]);
      link.queued = 0;
      // Like a socket whose kernel accepts everything at once.
      process.nextTick(() => world.hub.refill(connection));
    };
    await settle();
    await settle();
    expect(wordsOf(link)).toEqual(['ok', 'm1', 'live 1']);
  });

  test('[B1] [R1] gets a page of long messages in several frames, complete and in order', async () => {
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

  test('[B1] that resumes many rooms and reads nothing costs one page, and little memory', async () => {
    const world = createHubWorld();
    const rooms = Array.from({ length: 40 }, (_, i) => i + 1);
    const long = 'x'.repeat(8_000);
    world.log = rooms.flatMap((room) =>
      Array.from({ length: 100 }, (_, i) => ({ ...message(room, i + 1), content: long })),
    );
    const { connection, link } = world.connect(2);
    link.write = (frame, more) => {
      for (const { length } of [frame, ...(more ?? [])]) link.queued += length;
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

  test('[B1] is pushed to while it has less than 1 MiB unsent', async () => {
    const world = createHubWorld();
    const { link } = await follow(world);
    link.queued = PUSH_MAX_BYTES - 4_096;
    publishNext(world, 1);
    await settle();
    expect(wordsOf(link)).toEqual(['m1']);
  });

  test('[B1] is recognized by bytes that only wait for the flush, too', async () => {
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

describe('a room that changes during every read', () => {
  test('[R1] keeps nobody waiting for ever', async () => {
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

describe('a removed person', () => {
  test('[A3] who is a slow reader gets no typing, and counts as removed, before the event arrives', async () => {
    const world = createHubWorld();
    const slowReader = await follow(world, 2);
    const other = await follow(world, 3);
    slowReader.link.queued = PUSH_MAX_BYTES;
    publishNext(world, 1);
    world.log.push(kick(ROOM, 2, 2));
    world.hub.publish([kick(ROOM, 2, 2)]);
    await settle();
    slowReader.link.queued = 0;
    world.hub.broadcast([ROOM], typing);
    expect(slowReader.connection.subscriptions.get(ROOM)?.isShutOut).toBe(true);
    world.hub.refill(slowReader.connection);
    await settle();
    expect(wordsOf(slowReader.link)).toEqual(['m1', 'k2']);
    expect(slowReader.link.fences).toEqual([ROOM]);
    expect(wordsOf(other.link)).toEqual(['m1', 'k2', 'typing']);
  });

  test('[A3] who joined again later does not count as removed', async () => {
    const world = createHubWorld();
    const { connection } = world.connect(2);
    subscribe(world, connection, 0, 3);
    world.hub.publish([kick(ROOM, 2, 2)]);
    expect(connection.subscriptions.get(ROOM)?.isShutOut).toBe(false);
  });
});

describe('an ephemeral event', () => {
  test('[B1] skips connections with more than 256 KiB unsent, and no others', async () => {
    const world = createHubWorld();
    const slowReader = await follow(world, 2);
    const fastReader = await follow(world, 3);
    slowReader.link.queued = EPHEMERAL_MAX_BYTES + 1;
    fastReader.link.queued = EPHEMERAL_MAX_BYTES;
    world.hub.broadcast([ROOM], typing);
    world.hub.publish([message(ROOM, 1)]);
    await settle();
    expect(wordsOf(slowReader.link)).toEqual(['m1']);
    expect(wordsOf(fastReader.link).sort()).toEqual(['m1', 'typing']);
  });

  test('reaches a connection once, in however many of its rooms, and not its author', async () => {
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
