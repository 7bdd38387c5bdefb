import { describe, expect, it } from 'vitest';
import { sendsOn, shown, stored } from '../../test/sends.ts';
import { createWorld, liveWorld, shownIn, type World } from '../../test/world.ts';
import { REJECTED_MAX_MS, WAIT_SHOWN_FROM_MS } from './outbox.ts';

async function work(world: World, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 500) {
    await world.flush();
    if (world.server.socket.isOpen) world.server.ping(world.server.socket);
    await world.flush();
    await world.clock.advance(500);
    if (world.client.connection.name === 'connecting') await world.acceptAndGoLive();
  }
}

describe('a retryable rejection', () => {
  it.each(['rate_limited', 'overloaded', 'unavailable'] as const)(
    '[S4] [L2] with %s makes the room repeat the rejected send and all later ones, in order',
    async (code) => {
      const world = await liveWorld();
      world.server.rejections.push(null, code);
      for (const content of ['one', 'two', 'three', 'four']) world.client.send(1, content);
      await world.flush();
      expect(stored(world)).toEqual(['one']);
      expect(shown(world)).toEqual(['one', '…two', '…three', '…four']);
      await world.clock.advance(1_000);
      expect(sendsOn(world)).toEqual([]);
      await world.clock.advance(250);
      await world.flush();
      expect(stored(world)).toEqual(['one', 'two', 'three', 'four']);
      expect(world.client.queuedCount).toBe(0);
    },
  );

  it('that asks for a long wait is told in the row, with its end, until the message is sent again', async () => {
    const world = await liveWorld();
    world.server.retryAfterMs = WAIT_SHOWN_FROM_MS + 1;
    world.server.rejections.push('quota_exceeded');
    for (const content of ['one', 'two']) world.client.send(1, content);
    await world.flush();
    const waits = () =>
      world.client.timeline(1).entries.map((row) => (row.kind === 'pending' ? row.wait?.reason : row.kind));
    expect(waits()).toEqual(['rejected: quota_exceeded', undefined]);
    const [first] = world.client.timeline(1).entries;
    const [at, until] = first?.kind === 'pending' ? [first.at, first.wait?.until ?? ''] : ['', ''];
    expect(Date.parse(until) - Date.parse(at)).toBe(world.server.retryAfterMs);
    await work(world, WAIT_SHOWN_FROM_MS + 2_000);
    expect(waits()).toEqual(['message', 'message']);
  });

  it('that asks for a short wait is not told in the row', async () => {
    const world = await liveWorld();
    world.server.rejections.push('rate_limited');
    world.client.send(1, 'one');
    await world.flush();
    expect(world.client.timeline(1).entries).toMatchObject([{ status: 'queued' }]);
    expect(world.client.timeline(1).entries[0]).not.toHaveProperty('wait');
  });

  it('pauses only its own room', async () => {
    const world = createWorld();
    world.server.addRoom(2, 'harbour');
    await world.goLive();
    world.server.rejections.push('rate_limited');
    world.client.send(1, 'held up');
    world.client.send(2, 'free');
    await world.flush();
    expect(shown(world)).toEqual(['…held up']);
    expect(shownIn(world.client.timeline(2))).toEqual(['free']);
  });

  it('[L2] does not lose a paste that is far over the limit: it is sent in order without help', async () => {
    const world = await liveWorld();
    world.server.retryAfterMs = 100;
    const lines = Array.from({ length: 60 }, (_, i) => `line ${i}`);
    for (let i = 0; i < 40; i++) world.server.rejections.push(null, 'rate_limited');
    for (const line of lines) world.client.send(1, line);
    await work(world, 60_000);
    expect(stored(world)).toEqual(lines);
    expect(world.server.sockets).toHaveLength(1);
  });

  it('[S4] that repeats for a minute fails the send; the room continues with the next on a new link', async () => {
    const world = await liveWorld();
    world.server.rejections.push(...new Array(200).fill('unavailable'));
    world.client.send(1, 'doomed');
    await work(world, REJECTED_MAX_MS - 5_000);
    expect(shown(world)).toEqual(['…doomed']);
    world.client.send(1, 'later');
    await work(world, 20_000);
    expect(shown(world)).toEqual(['!doomed', '…later']);
    expect(world.server.sockets).toHaveLength(2);
    world.server.rejections.length = 0;
    await work(world, 30_000);
    expect(shown(world)).toEqual(['later', '!doomed']);
  });

  it('allows another minute to a send that the person retries', async () => {
    const world = await liveWorld();
    world.server.rejections.push(...new Array(200).fill('unavailable'));
    const { id } = world.client.send(1, 'doomed');
    await work(world, REJECTED_MAX_MS + 20_000);
    expect(shown(world)).toEqual(['!doomed']);
    world.client.retry(id);
    await work(world, REJECTED_MAX_MS / 2);
    expect(shown(world)).toEqual(['…doomed']);
    world.server.rejections.length = 0;
    await work(world, 30_000);
    expect(shown(world)).toEqual(['doomed']);
  });

  it('[L2] narrows the window to one send, and each stored send widens it', async () => {
    const world = await liveWorld();
    world.server.rejections.push('rate_limited');
    for (let i = 0; i < 8; i++) world.client.send(1, `line ${i}`);
    await world.flush();
    await world.clock.advance(1_250);
    expect(sendsOn(world)).toEqual(['line 0']);
    world.server.read(world.server.socket);
    world.server.socket.deliver();
    expect(sendsOn(world)).toEqual(['line 1', 'line 2']);
    world.server.read(world.server.socket);
    world.server.socket.deliver();
    expect(sendsOn(world)).toEqual(['line 3', 'line 4', 'line 5', 'line 6']);
  });

  it('counts only the time with a link', async () => {
    const world = await liveWorld();
    world.server.rejections.push(...new Array(10).fill('unavailable'));
    world.client.send(1, 'patient');
    await world.flush();
    world.server.socket.cut();
    world.server.http.isDown = true;
    await world.clock.advance(10 * REJECTED_MAX_MS);
    world.client.stop();
    world.server.http.isDown = false;
    world.client.start();
    await world.acceptAndGoLive();
    expect(shown(world)).toEqual(['…patient']);
  });

  it('[S4] dials again when the server waits for an unknown send', async () => {
    const world = await liveWorld();
    world.server.rejections.push('order_gap');
    world.client.send(1, 'stuck');
    await world.flush();
    expect(world.client.connection.name).toBe('reconnecting');
    await world.waitForRedial();
    await world.acceptAndGoLive();
    expect(stored(world)).toEqual(['stuck']);
  });

  it('[A4] for the token renews it and dials again', async () => {
    const world = await liveWorld();
    world.server.rejections.push('unauthenticated');
    world.client.send(1, 'who am I');
    await world.flush();
    await world.waitForRedial();
    await world.acceptAndGoLive();
    expect(stored(world)).toEqual(['who am I']);
    expect(world.server.http.count('POST /v1/auth/refresh')).toBe(1);
  });
});
