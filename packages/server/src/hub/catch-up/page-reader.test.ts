import { ChatError } from '@banter/protocol';
import { describe, expect, test } from 'vitest';
import {
  createHubWorld,
  edit,
  follow,
  type HubWorld,
  kick,
  message,
  ROOM,
  settle,
  subscribe,
  wordsOf,
} from '../../../test/harness/hub.ts';

const READERS = 30;

describe('many readers that return at once', () => {
  const LOST = 350;

  test('[R1] read the store once for each hundred seqs, not once for each of them', async () => {
    const world = createHubWorld();
    world.log = Array.from({ length: LOST }, (_, i) => message(ROOM, i + 1));
    const people = Array.from({ length: 200 }, (_, i) => ({ after: LOST - i, ...world.connect(100 + i) }));
    for (const { connection, after } of people) subscribe(world, connection, after);
    const asked = world.reads.map(({ after }) => after);
    expect(asked.toSorted()).toEqual([100, 200, 300]);
    for (const read of world.reads.splice(0)) read.answer();
    await settle();
    expect(world.reads).toEqual([]);
    for (const { after, link } of people) {
      const missed = Array.from({ length: LOST - after }, (_, i) => `m${after + 1 + i}`);
      expect(wordsOf(link)).toEqual([...missed, `live ${LOST}`]);
    }
  });

  test('[R1] find the events that others have read, and share their frames', async () => {
    const world = createHubWorld();
    world.log = Array.from({ length: LOST }, (_, i) => message(ROOM, i + 1));
    const first = await follow(world, 2, 100);
    const people = Array.from({ length: 50 }, (_, i) => world.connect(100 + i));
    for (const { connection } of people) subscribe(world, connection, 100);
    await settle();
    expect(world.reads).toEqual([]);
    const frames = people.map(({ link }) => link.writes.flat().slice(0, -1));
    expect(frames[0]?.length).toBe(3);
    for (const each of frames) expect(each.every((frame, i) => frame === frames[0]?.[i])).toBe(true);
    expect(first.connection.subscriptions.get(ROOM)?.mode).toBe('live');
  });

  test('get their pages in slices', async () => {
    const world = createHubWorld();
    world.log = Array.from({ length: 100 }, (_, i) => message(ROOM, i + 1));
    const people = Array.from({ length: READERS }, (_, i) => world.connect(100 + i));
    // Each has its own cursor, and needs its own frame.
    for (const [i, { connection }] of people.entries()) subscribe(world, connection, i + 1);
    world.costMs = 1;
    const [read] = world.reads.splice(0);
    read?.answer();
    await settle(1);
    const written = people.filter(({ link }) => link.writes.length > 0);
    expect(written.length).toBeLessThan(READERS / 2);
    await settle(3 * READERS);
    expect(people.map(({ link }) => wordsOf(link).length)).toEqual(people.map((_, i) => 100 - i));
  });

  test('[A3] get no recent event above their fence', async () => {
    const world = createHubWorld();
    await follow(world, 2);
    world.hub.publish([message(ROOM, 1), kick(ROOM, 2, 3), message(ROOM, 3)]);
    await settle();
    const [out, other] = [world.connect(3), world.connect(4)];
    for (const { connection } of [out, other]) subscribe(world, connection, 0);
    await settle();
    expect(world.reads).toEqual([]);
    expect(wordsOf(out.link)).toEqual(['m1', 'k2']);
    expect(out.link.fences).toEqual([ROOM]);
    expect(wordsOf(other.link)).toEqual(['m1', 'k2', 'm3', 'live 3']);
  });

  test('get no text that has vanished, not even from a page that was being read', async () => {
    const world = createHubWorld();
    world.log = [message(ROOM, 1, 'secret'), message(ROOM, 2)];
    await follow(world, 2);
    const { connection, link } = world.connect(3);
    subscribe(world, connection, 0);
    const late = world.connect(4);
    world.hub.unsubscribe(connection, ROOM);
    await settle();
    link.writes.length = 0;
    world.hub.forgetAll();
    subscribe(world, connection, 0);
    expect(world.reads).toHaveLength(1);
    world.log = [message(ROOM, 1, 'gone'), message(ROOM, 2)];
    world.hub.forgetAll();
    subscribe(world, late.connection, 0);
    expect(world.reads).toHaveLength(2);
    for (const [i, read] of world.reads.splice(0).entries()) read.answer(i === 0);
    await settle();
    for (const read of world.reads.splice(0)) read.answer();
    await settle();
    for (const each of [link, late.link]) {
      expect(wordsOf(each)).toEqual(['m1', 'm2', 'live 2']);
      expect(each.writes.toString()).not.toContain('secret');
    }
  });

  test('get no text that an edit in a filled gap has replaced', async () => {
    const world = createHubWorld();
    await follow(world, 2);
    world.hub.publish([message(ROOM, 1, 'secret')]);
    world.log = [message(ROOM, 1, 'gone'), edit(ROOM, 2, 1, 'gone'), message(ROOM, 3)];
    world.hub.publish([message(ROOM, 3)]);
    for (const read of world.reads.splice(0)) read.answer();
    await settle();
    await expectNoSecret(world);
  });

  test('get no replaced text from an abandoned read', async () => {
    const world = createHubWorld();
    world.log = [message(ROOM, 1, 'secret')];
    const { connection } = world.connect(2);
    subscribe(world, connection, 0);
    const [late] = world.reads.splice(0);
    world.hub.unsubscribe(connection, ROOM);
    world.log = [message(ROOM, 1, 'gone'), edit(ROOM, 2, 1, 'gone')];
    world.hub.publish([edit(ROOM, 2, 1, 'gone')]);
    late?.answer(true);
    await settle();
    await expectNoSecret(world);
  });

  test('get no text that an unpublished edit has replaced, not even in a room without followers', async () => {
    const world = createHubWorld();
    const { connection } = await follow(world, 2);
    world.hub.publish([message(ROOM, 1, 'secret')]);
    await settle();
    world.hub.unsubscribe(connection, ROOM);
    world.log = [message(ROOM, 1, 'gone'), edit(ROOM, 2, 1, 'gone')];
    world.hub.refresh(ROOM);
    await expectNoSecret(world);
  });
});

/** A new reader gets the whole room, without the text that the store no longer has. */
async function expectNoSecret(world: HubWorld): Promise<void> {
  const { connection, link } = world.connect(3);
  subscribe(world, connection, 0);
  for (const read of world.reads.splice(0)) read.answer();
  await settle();
  expect(wordsOf(link).at(-1)).toBe(`live ${world.log.length}`);
  expect(link.writes.toString()).not.toContain('secret');
}

describe('a reader whose turn has not come', () => {
  test('[L4] delays nobody else who needs the same page', async () => {
    const turns: { person: unknown; start: () => void }[] = [];
    const world = createHubWorld(undefined, (spender, work) =>
      new Promise<void>((start) => turns.push({ person: spender.person, start })).then(work),
    );
    world.log = [message(ROOM, 1)];
    const [busy, other] = [world.connect(3), world.connect(4)];
    for (const { connection } of [busy, other]) subscribe(world, connection, 0);
    await settle();
    turns.find(({ person }) => person === 4)?.start();
    await settle();
    for (const read of world.reads.splice(0)) read.answer();
    await settle();
    expect(wordsOf(other.link)).toEqual(['m1', 'live 1']);
    expect(wordsOf(busy.link)).toEqual([]);
    turns.find(({ person }) => person === 3)?.start();
    await settle();
    expect(world.reads).toEqual([]);
    expect(wordsOf(busy.link)).toEqual(['m1', 'live 1']);
  });

  test('[L4] [R1] tries again when its line was full', async () => {
    let refusals = 2;
    const world = createHubWorld(undefined, async (_, work) => {
      if (refusals-- > 0) throw new ChatError('rate_limited', 'wait', { retryAfterMs: 1_000 });
      return work();
    });
    world.log = [message(ROOM, 1)];
    const { connection, link } = world.connect(3);
    subscribe(world, connection, 0);
    for (let i = 0; i < 2; i++) {
      await settle();
      expect(world.reads).toEqual([]);
      world.clock.advance(1_000);
    }
    await settle();
    for (const read of world.reads.splice(0)) read.answer();
    await settle();
    expect(wordsOf(link)).toEqual(['m1', 'live 1']);
  });

  test('[L4] [R1] gives its turn back while a failed read waits to be tried again', async () => {
    let turnsInUse = 0;
    const world = createHubWorld(undefined, (_, work) => {
      turnsInUse++;
      return work().finally(() => turnsInUse--);
    });
    world.log = [message(ROOM, 1)];
    const { connection, link } = world.connect(3);
    subscribe(world, connection, 0);
    for (let i = 0; i < 2; i++) {
      await settle();
      expect(turnsInUse).toBe(1);
      for (const read of world.reads.splice(0)) read.fail(new Error('the store is down'));
      await settle();
      expect(turnsInUse).toBe(0);
      world.clock.advance(1_000);
    }
    await settle();
    for (const read of world.reads.splice(0)) read.answer();
    await settle();
    expect(wordsOf(link)).toEqual(['m1', 'live 1']);
    expect(world.problems).toHaveLength(2);
  });
});
