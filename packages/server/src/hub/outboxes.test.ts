import { describe, expect, test } from 'vitest';
import {
  createHubWorld,
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
