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

/** Opens links that hold `bytes` together, each a little less than the one before. */
async function fill(world: World, bytes: number): Promise<TestLink[]> {
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

const isClosed = (link: TestLink) => link.closes.length > 0;
const publish = (world: World, seq: number) => {
  world.log.push(message(ROOM, seq));
  world.hub.publish([message(ROOM, seq)]);
};

describe('the unsent bytes of all links', () => {
  test('[B1] up to three quarters of the bound leave each connection its 1 MiB', async () => {
    const world = createHubWorld();
    const links = await fill(world, NODE_PRESSED_BYTES);
    const slowReader = await follow(world);
    slowReader.link.queued = PUSH_MAX_BYTES / 2;
    publish(world, 1);
    await settle();
    expect(wordsOf(slowReader.link)).toEqual(['m1']);
    expect(links.filter(isClosed)).toEqual([]);
  });

  test('[B1] [B2] above three quarters stop the push to slow readers only, until they drain', async () => {
    const world = createHubWorld();
    const links = await fill(world, NODE_PRESSED_BYTES + 1);
    const slowReader = await follow(world, 2);
    const fastReader = await follow(world, 3);
    slowReader.link.queued = PUSH_MAX_BYTES * PRESSED_SHARE;
    publish(world, 1);
    await settle();
    expect(wordsOf(slowReader.link)).toEqual([]);
    expect(wordsOf(fastReader.link)).toEqual(['m1']);
    expect(links.filter(isClosed)).toEqual([]);
    slowReader.link.queued = 0;
    world.hub.refill(slowReader.connection);
    await settle();
    expect(wordsOf(slowReader.link)).toEqual(['m1', 'live 1']);
  });

  test('[B1] above 256 MiB close the slowest readers until a quarter is free', async () => {
    const world = createHubWorld();
    const fastReader = await follow(world);
    const links = await fill(world, NODE_MAX_BYTES + 1);
    const closed = links.filter(isClosed);
    expect(new Set(closed.flatMap(({ closes }) => closes.map(([reason]) => reason)))).toEqual(
      new Set(['slow_reader']),
    );
    const kept = links.filter((link) => !isClosed(link)).map(({ queued }) => queued);
    expect(Math.min(...closed.map(({ queued }) => queued))).toBeGreaterThanOrEqual(Math.max(...kept));
    const sum = kept.reduce((total, queued) => total + queued, 0);
    expect(sum).toBeLessThanOrEqual(NODE_PRESSED_BYTES);
    expect(sum).toBeGreaterThan(NODE_PRESSED_BYTES - PUSH_MAX_BYTES);
    expect(isClosed(fastReader.link)).toBe(false);
  });

  test('[B1] are measured again before anyone is closed, because a link may pass on bytes without a drain', async () => {
    const world = createHubWorld();
    const links = await fill(world, NODE_MAX_BYTES);
    for (const link of links.slice(0, 100)) link.queued = 1;
    const more = await fill(world, 4 * PUSH_MAX_BYTES);
    expect([...links, ...more].filter(isClosed)).toEqual([]);
  });

  test('[B1] do not include closed links', async () => {
    const world = createHubWorld();
    const links = await fill(world, NODE_MAX_BYTES);
    for (const link of links) link.close('going_away');
    const slowReader = await follow(world);
    slowReader.link.queued = PUSH_MAX_BYTES / 2;
    publish(world, 1);
    await settle();
    expect(wordsOf(slowReader.link)).toEqual(['m1']);
  });
});
