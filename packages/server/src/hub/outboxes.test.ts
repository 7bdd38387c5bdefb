import { describe, expect, test } from 'vitest';
import {
  createHubWorld,
  edit,
  follow,
  kick,
  message,
  ROOM,
  settle,
  subscribe,
  type TestLink,
  wordsOf,
} from '../../test/harness/hub.ts';
import { HUB_BOUNDS } from './hub.ts';
import { SLICE_MS } from './outboxes.ts';

const CROWD = 30;
const SMALL_ROOM = 2;

/** A room with CROWD followers. From now on each write takes a millisecond. */
async function crowd(promptConnections = HUB_BOUNDS.promptConnections) {
  const world = createHubWorld({ ...HUB_BOUNDS, promptConnections });
  const people = [];
  for (let userId = 2; userId < 2 + CROWD; userId++) people.push(await follow(world, userId));
  world.costMs = 1;
  return { world, people, links: people.map(({ link }) => link) };
}

const turn = () => settle(1);
const written = (links: readonly TestLink[]) => links.filter(({ writes }) => writes.length > 0).length;

async function untilAllAreWritten(links: readonly TestLink[]): Promise<void> {
  while (written(links) < links.length) await turn();
}

describe('a flush to very many connections', () => {
  test('returns the event loop after a slice, and continues in the next turn', async () => {
    const { world, links } = await crowd();
    world.hub.publish([message(ROOM, 1)]);
    let before = 0;
    let turns = 0;
    for (; written(links) < CROWD; turns++) {
      await turn();
      expect(written(links) - before).toBeLessThanOrEqual(SLICE_MS);
      before = written(links);
    }
    expect(turns).toBeGreaterThanOrEqual(CROWD / SLICE_MS);
    expect(links.map(wordsOf)).toEqual(links.map(() => ['m1']));
    expect(links.map(({ writes }) => writes.length)).toEqual(links.map(() => 1));
  });

  test('[O2] collects later events, which each connection gets in one write after the earlier ones', async () => {
    const { world, links } = await crowd();
    for (let seq = 1; written(links) < CROWD; seq++) {
      world.hub.publish([message(ROOM, seq)]);
      await turn();
    }
    await settle(2 * CROWD);
    for (const link of links) expect(wordsOf(link)).toEqual(wordsOf(links[0] as TestLink));
    expect(wordsOf(links[0] as TestLink).length).toBeGreaterThan(2);
    expect(links.map(({ writes }) => writes.length)).toEqual(links.map(() => 2));
    expect(links.map(({ writes }) => writes.flat().length)).toEqual(links.map(() => 2));
  });

  test('delays neither a small room nor an answer', async () => {
    const { world, people, links } = await crowd(10);
    const { connection, link } = world.connect(99);
    world.hub.subscribe(connection, SMALL_ROOM, { after: 0, joinedSeq: 0 });
    for (const read of world.reads.splice(0)) read.answer();
    await settle();
    link.writes.length = 0;
    world.hub.publish([message(ROOM, 1)]);
    await turn();
    expect(written(links)).toBeGreaterThan(0);
    world.hub.publish([message(SMALL_ROOM, 1)]);
    const last = people[CROWD - 1];
    if (last) world.hub.send(last.connection, { type: 'ok', id: 'abcdefgh' });
    await settle(2);
    expect(wordsOf(link)).toEqual(['m1']);
    expect(last && wordsOf(last.link)).toEqual(['m1', 'ok']);
    expect(written(links)).toBeLessThan(CROWD);
    await untilAllAreWritten(links);
  });

  test('continues although a small room is always busy', async () => {
    const { world, links } = await crowd(10);
    const other = world.connect(99);
    world.hub.publish([message(ROOM, 1)]);
    for (let turns = 0; turns < CROWD; turns++) {
      for (let i = 0; i < SLICE_MS; i++) world.hub.send(other.connection, { type: 'ok', id: 'abcdefgh' });
      await turn();
    }
    expect(written(links)).toBe(CROWD);
  });

  test('[A3] delivers nothing above a fence, and reports the fence once it is written', async () => {
    const { world, people, links } = await crowd();
    const out = people[CROWD - 1];
    world.hub.publish([message(ROOM, 1), kick(ROOM, 2, out?.connection.userId ?? 0)]);
    await turn();
    world.hub.publish([message(ROOM, 3)]);
    expect(out?.link.fences).toEqual([]);
    await untilAllAreWritten(links);
    await settle(CROWD);
    expect(out && wordsOf(out.link)).toEqual(['m1', 'k2']);
    expect(out?.link.fences).toEqual([ROOM]);
    for (const link of links.slice(0, -1)) expect(wordsOf(link)).toEqual(['m1', 'k2', 'm3']);
  });

  test('[R1] [O2] delivers each event once to a connection that goes live meanwhile', async () => {
    const { world, links } = await crowd();
    world.log.push(message(ROOM, 1), message(ROOM, 2));
    world.hub.publish([message(ROOM, 1)]);
    await turn();
    world.hub.publish([message(ROOM, 2)]);
    const late = world.connect(99);
    subscribe(world, late.connection, 0);
    await untilAllAreWritten(links);
    world.hub.publish([message(ROOM, 3)]);
    await settle(3 * CROWD);
    expect(wordsOf(late.link)).toEqual(['m1', 'm2', 'live 2', 'm3']);
    for (const link of links) expect(wordsOf(link)).toEqual(['m1', 'm2', 'm3']);
  });

  test('writes to a closing link at once, and to no other for its sake', async () => {
    const { world, people, links } = await crowd();
    world.hub.publish([message(ROOM, 1)]);
    await turn();
    const before = written(links);
    const last = people[CROWD - 1];
    if (last) world.hub.write(last.connection);
    expect(last && wordsOf(last.link)).toEqual(['m1']);
    expect(written(links)).toBe(before + 1);
  });
});

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
    for (const one of frames) expect(one.every((frame, i) => frame === frames[0]?.[i])).toBe(true);
    expect(first.connection.subscriptions.get(ROOM)?.mode).toBe('live');
  });

  test('get their pages in slices', async () => {
    const world = createHubWorld();
    world.log = Array.from({ length: 100 }, (_, i) => message(ROOM, i + 1));
    const people = Array.from({ length: CROWD }, (_, i) => world.connect(100 + i));
    // Each has its own cursor, and needs its own frame.
    for (const [i, { connection }] of people.entries()) subscribe(world, connection, i + 1);
    world.costMs = 1;
    const [read] = world.reads.splice(0);
    read?.answer();
    await turn();
    expect(written(people.map(({ link }) => link))).toBeLessThan(CROWD / 2);
    await settle(3 * CROWD);
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
    world.hub.forget(ROOM);
    subscribe(world, connection, 0);
    expect(world.reads).toHaveLength(1);
    world.log = [message(ROOM, 1, 'gone'), message(ROOM, 2)];
    world.hub.forget(ROOM);
    subscribe(world, late.connection, 0);
    expect(world.reads).toHaveLength(2);
    for (const [i, read] of world.reads.splice(0).entries()) read.answer(i === 0);
    await settle();
    for (const read of world.reads.splice(0)) read.answer();
    await settle();
    for (const one of [link, late.link]) {
      expect(wordsOf(one)).toEqual(['m1', 'm2', 'live 2']);
      expect(one.writes.toString()).not.toContain('secret');
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
async function expectNoSecret(world: ReturnType<typeof createHubWorld>): Promise<void> {
  const { connection, link } = world.connect(3);
  subscribe(world, connection, 0);
  for (const read of world.reads.splice(0)) read.answer();
  await settle();
  expect(wordsOf(link).at(-1)).toBe(`live ${world.log.length}`);
  expect(link.writes.toString()).not.toContain('secret');
}
