import { describe, expect, test } from 'vitest';
import {
  createHubWorld,
  follow,
  message,
  ROOM,
  settle,
  type TestLink,
  wordsOf,
} from '../../test/harness/hub.ts';
import { NODE_MAX_BYTES, NODE_PRESSED_BYTES, PRESSED_SHARE, PUSH_MAX_BYTES } from './limits.ts';

type World = ReturnType<typeof createHubWorld>;

/** Links that take nothing until they together hold `bytes`, the earlier ones more than the later. */
async function hold(world: World, bytes: number): Promise<TestLink[]> {
  const links: TestLink[] = [];
  for (let held = 0; held < bytes; held += links.at(-1)?.queued ?? 0) {
    const { connection, link } = world.connect(1_000 + links.length);
    link.close = (reason) => {
      link.closes.push([reason, undefined]);
      world.hub.close(connection);
    };
    link.queued = Math.min(PUSH_MAX_BYTES - links.length, bytes - held);
    links.push(link);
    world.hub.send(connection, { type: 'ok', id: 'abcdefgh' });
  }
  await settle();
  return links;
}

const isEnded = (link: TestLink) => link.closes.length > 0;
const publish = (world: World, seq: number) => {
  world.log.push(message(ROOM, seq));
  world.hub.publish([message(ROOM, seq)]);
};

describe('all outboxes together', () => {
  test('[B1] up to three quarters of the bound, everybody is pushed to up to 1 MiB', async () => {
    const world = createHubWorld();
    const links = await hold(world, NODE_PRESSED_BYTES);
    const slow = await follow(world);
    slow.link.queued = PUSH_MAX_BYTES / 2;
    publish(world, 1);
    await settle();
    expect(wordsOf(slow.link)).toEqual(['m1']);
    expect(links.filter(isEnded)).toEqual([]);
  });

  test('[B1] [B2] above, who has much unsent is no longer pushed to or read for; who has little notices nothing', async () => {
    const world = createHubWorld();
    const links = await hold(world, NODE_PRESSED_BYTES + 1);
    const slow = await follow(world, 2);
    const quick = await follow(world, 3);
    slow.link.queued = PUSH_MAX_BYTES * PRESSED_SHARE;
    publish(world, 1);
    await settle();
    expect(wordsOf(slow.link)).toEqual([]);
    expect(wordsOf(quick.link)).toEqual(['m1']);
    expect(links.filter(isEnded)).toEqual([]);
    slow.link.queued = 0;
    world.hub.refill(slow.connection);
    await settle();
    expect(wordsOf(slow.link)).toEqual(['m1', 'live 1']);
  });

  test('[B1] beyond 256 MiB those who hold most are ended as slow, until a quarter is free again', async () => {
    const world = createHubWorld();
    const quick = await follow(world);
    const links = await hold(world, NODE_MAX_BYTES + 1);
    const ended = links.filter(isEnded);
    expect(new Set(ended.flatMap(({ closes }) => closes.map(([reason]) => reason)))).toEqual(
      new Set(['slow_reader']),
    );
    const kept = links.filter((link) => !isEnded(link)).map(({ queued }) => queued);
    expect(Math.min(...ended.map(({ queued }) => queued))).toBeGreaterThanOrEqual(Math.max(...kept));
    const sum = kept.reduce((total, queued) => total + queued, 0);
    expect(sum).toBeLessThanOrEqual(NODE_PRESSED_BYTES);
    expect(sum).toBeGreaterThan(NODE_PRESSED_BYTES - PUSH_MAX_BYTES);
    expect(isEnded(quick.link)).toBe(false);
  });

  test('[B1] nobody is ended for what has been taken meanwhile without a word', async () => {
    const world = createHubWorld();
    const links = await hold(world, NODE_MAX_BYTES);
    for (const link of links.slice(0, 100)) link.queued = 1;
    const more = await hold(world, 4 * PUSH_MAX_BYTES);
    expect([...links, ...more].filter(isEnded)).toEqual([]);
  });

  test('[B1] count no link that has ended or drained', async () => {
    const world = createHubWorld();
    const links = await hold(world, NODE_MAX_BYTES);
    for (const link of links) link.close('going_away');
    const slow = await follow(world);
    slow.link.queued = PUSH_MAX_BYTES / 2;
    publish(world, 1);
    await settle();
    expect(wordsOf(slow.link)).toEqual(['m1']);
  });
});
