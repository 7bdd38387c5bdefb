import { describe, expect, test } from 'vitest';
import {
  createHubWorld,
  eventsOf,
  follow,
  kick,
  leave,
  message,
  ROOM,
  settle,
  subscribe,
  wordsOf,
} from '../../test/harness/hub.ts';

describe('a subscription', () => {
  test('[R1] gets the events above its cursor, then `live`, then each new event', async () => {
    const world = createHubWorld();
    world.log = [1, 2, 3].map((seq) => message(ROOM, seq));
    const { connection, link } = world.connect(2);
    subscribe(world, connection, 1);
    world.reads[0]?.answer();
    await settle();
    world.hub.publish([message(ROOM, 4)]);
    await settle();
    expect(wordsOf(link)).toEqual(['m2', 'm3', 'live 3', 'm4']);
  });

  test('[R1] at a known head is live at once, without a read', async () => {
    const world = createHubWorld();
    await follow(world, 2, 5);
    const { connection, link } = world.connect(3);
    subscribe(world, connection, 5);
    await settle();
    expect(wordsOf(link)).toEqual(['live 5']);
    expect(world.reads).toEqual([]);
  });

  test('[R1] does not get an event twice that waits for the flush', async () => {
    const world = createHubWorld();
    const first = await follow(world);
    world.hub.publish([message(ROOM, 1)]);
    const { connection, link } = world.connect(3);
    subscribe(world, connection, 1);
    world.hub.publish([message(ROOM, 2)]);
    await settle();
    expect(wordsOf(link)).toEqual(['live 1', 'm2']);
    expect(wordsOf(first.link)).toEqual(['m1', 'm2']);
  });

  test('[R1] is live only after the events that were published during its read', async () => {
    const world = createHubWorld();
    const { connection, link } = world.connect(2);
    subscribe(world, connection, 2);
    world.reads[0]?.answer();
    world.hub.publish([message(ROOM, 3)]);
    await settle();
    expect(wordsOf(link)).toEqual([]);
    world.log = [1, 2, 3].map((seq) => message(ROOM, seq));
    world.reads[1]?.answer();
    await settle();
    expect(wordsOf(link)).toEqual(['m3', 'live 3']);
  });

  test('[R1] reads page after page up to the head', async () => {
    const world = createHubWorld();
    world.log = Array.from({ length: 1_200 }, (_, i) => message(ROOM, i + 1));
    const { connection, link } = world.connect(2);
    subscribe(world, connection, 0);
    for (let page = 0; page < 3; page++) {
      world.reads[page]?.answer();
      await settle();
    }
    expect(world.reads.map(({ after }) => after)).toEqual([0, 500, 1_000]);
    expect(eventsOf(link)).toHaveLength(1_201);
    expect(wordsOf(link).at(-1)).toBe('live 1200');
  });

  test('shares its read with others at the same cursor', async () => {
    const world = createHubWorld();
    world.log = [message(ROOM, 1)];
    const links = [2, 3, 4].map((userId) => world.connect(userId));
    for (const { connection } of links) subscribe(world, connection, 0);
    expect(world.reads).toHaveLength(1);
    world.reads[0]?.answer();
    await settle();
    for (const { link } of links) expect(wordsOf(link)).toEqual(['m1', 'live 1']);
  });

  test('replaces an earlier one in the same room', async () => {
    const world = createHubWorld();
    const { connection, link } = await follow(world);
    world.log = [message(ROOM, 1)];
    world.hub.publish([message(ROOM, 1)]);
    await settle();
    subscribe(world, connection, 0);
    world.reads[0]?.answer();
    await settle();
    world.hub.publish([message(ROOM, 2)]);
    await settle();
    expect(wordsOf(link)).toEqual(['m1', 'm1', 'live 1', 'm2']);
    expect(connection.subscriptions.size).toBe(1);
  });

  test('that replaces one during its read gets no event twice', async () => {
    const world = createHubWorld();
    world.log = [message(ROOM, 1)];
    const { connection, link } = world.connect(2);
    subscribe(world, connection, 0);
    subscribe(world, connection, 0);
    for (let answered = 0; answered < world.reads.length; answered++) {
      world.reads[answered]?.answer();
      await settle();
    }
    expect(wordsOf(link)).toEqual(['m1', 'live 1']);
  });

  test('ends with unsubscribe', async () => {
    const world = createHubWorld();
    const { connection, link } = await follow(world);
    world.hub.unsubscribe(connection, ROOM);
    world.hub.unsubscribe(connection, 77);
    world.hub.publish([message(ROOM, 1)]);
    await settle();
    expect(wordsOf(link)).toEqual([]);
  });

  test('does not begin on a closed connection', async () => {
    const world = createHubWorld();
    const { connection } = world.connect(2);
    world.hub.close(connection);
    subscribe(world, connection, 0);
    expect(connection.subscriptions.size).toBe(0);
    expect(world.reads).toEqual([]);
  });
});

describe('a fence', () => {
  test('[A3] is the last event that its person gets, also in the middle of a batch', async () => {
    const world = createHubWorld();
    const out = await follow(world, 2);
    const stays = await follow(world, 3);
    world.hub.publish([message(ROOM, 1), kick(ROOM, 2, 2), message(ROOM, 3)]);
    await settle();
    expect(wordsOf(out.link)).toEqual(['m1', 'k2']);
    expect(out.link.fences).toEqual([ROOM]);
    expect(wordsOf(stays.link)).toEqual(['m1', 'k2', 'm3']);
    expect(stays.link.fences).toEqual([]);
  });

  test('[A3] ends the subscription on every connection of its person', async () => {
    const world = createHubWorld();
    const [one, two] = [await follow(world, 2), await follow(world, 2)];
    world.hub.publish([leave(ROOM, 1, 2), message(ROOM, 2)]);
    await settle();
    expect([wordsOf(one.link), wordsOf(two.link)]).toEqual([['l1'], ['l1']]);
  });

  test('[A3] is the last event of a replay', async () => {
    const world = createHubWorld();
    world.log = [message(ROOM, 1), kick(ROOM, 2, 2), message(ROOM, 3)];
    const { connection, link } = world.connect(2);
    subscribe(world, connection, 0);
    world.reads[0]?.answer();
    await settle();
    expect(wordsOf(link)).toEqual(['m1', 'k2']);
    expect(link.fences).toEqual([ROOM]);
  });

  test('[A3] of an earlier membership does not end the current one', async () => {
    const world = createHubWorld();
    world.log = [leave(ROOM, 1, 2), message(ROOM, 2)];
    const { connection, link } = world.connect(2);
    world.hub.subscribe(connection, ROOM, { after: 0, joinedSeq: 2 });
    world.reads[0]?.answer();
    await settle();
    expect(wordsOf(link)).toEqual(['l1', 'm2', 'live 2']);
  });
});
