import { describe, expect, test } from 'vitest';
import { createHubWorld, type HubWorld, type TestLink } from '../../test/harness/hub.ts';

/** Checks the links once a second, as the app does. */
function check({ hub, clock }: HubWorld, seconds: number): void {
  for (let second = 0; second < seconds; second++) {
    hub.closeStalled();
    clock.advance(1_000);
  }
}

const isClosed = (link: TestLink) => link.closes.some(([reason]) => reason === 'slow_reader');

describe('the check for stalls', () => {
  test('[B1] closes a link with queued bytes after 30 s without progress, so that its client resumes', () => {
    const world = createHubWorld();
    const { link } = world.connect(2);
    link.queued = 1;
    check(world, 31);
    expect(link.closes).toEqual([]);
    check(world, 1);
    expect(link.closes).toEqual([['slow_reader', undefined]]);
  });

  test('[B1] keeps a link without queued bytes', () => {
    const world = createHubWorld();
    const { link } = world.connect(2);
    check(world, 100);
    expect(isClosed(link)).toBe(false);
  });

  test('[B1] keeps a link that makes progress', () => {
    const world = createHubWorld();
    const { link } = world.connect(2);
    link.queued = 1_000;
    for (let round = 0; round < 5; round++) {
      check(world, 29);
      link.queued -= 1;
    }
    expect(isClosed(link)).toBe(false);
    link.queued = 0;
    check(world, 1);
    link.queued = 1_000;
    check(world, 29);
    expect(isClosed(link)).toBe(false);
  });

  test('[B1] keeps a link that drains between two checks', () => {
    const world = createHubWorld();
    const { connection, link } = world.connect(2);
    link.queued = 1_000;
    for (let round = 0; round < 5; round++) {
      check(world, 29);
      world.hub.refill(connection);
    }
    expect(isClosed(link)).toBe(false);
  });
});
