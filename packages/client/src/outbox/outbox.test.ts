import { describe, expect, it } from 'vitest';
import { sendsOn, shown, stored } from '../../test/sends.ts';
import { createWorld, liveWorld } from '../../test/world.ts';
import { OUTBOX_MAX } from './outbox.ts';

describe('a send', () => {
  it('[S3] waits without a link, and leaves when there is one', async () => {
    const world = createWorld();
    await world.client.login({ login: 'juno', password: 'correct horse' });
    world.client.send(1, 'early');
    expect(shown(world)).toEqual(['…early']);
    expect(world.client.queuedCount).toBe(1);
    world.client.start();
    await world.acceptAndGoLive();
    expect(shown(world)).toEqual(['early']);
    expect(world.client.queuedCount).toBe(0);
  });

  it('has a status: queued, sent, stored', async () => {
    const world = await liveWorld();
    world.client.stop();
    world.client.send(1, 'hello');
    const status = () =>
      world.client.timeline(1).entries.map((row) => (row.kind === 'pending' ? row.status : row.kind));
    expect(status()).toEqual(['queued']);
    world.client.start();
    await world.clock.advance(0);
    world.server.socket.accept();
    world.server.read(world.server.socket);
    world.server.socket.deliver();
    expect(status()).toEqual(['sent']);
    await world.flush();
    expect(status()).toEqual(['message']);
  });

  it('[S2] [S3] is repeated under its id when the link was cut before the answer, and stored once', async () => {
    const world = await liveWorld();
    world.client.send(1, 'one');
    world.client.send(1, 'two');
    world.server.read(world.server.socket);
    world.server.socket.cut();
    await world.waitForRedial();
    world.server.socket.accept();
    await world.flush();
    expect(stored(world)).toEqual(['one', 'two']);
    expect(shown(world)).toEqual(['one', 'two']);
    expect(world.client.queuedCount).toBe(0);
  });

  it('[S3] is confirmed by its own event, so a lost answer repeats nothing', async () => {
    const world = await liveWorld();
    world.client.send(1, 'one');
    world.server.read(world.server.socket);
    world.server.socket.deliver(1);
    expect(shown(world)).toEqual(['one']);
    world.server.socket.cut();
    await world.waitForRedial();
    await world.acceptAndGoLive();
    expect(world.server.socket.toServer).toEqual([]);
    expect(world.client.queuedCount).toBe(0);
  });

  it('[S5] is normalised as on the server, and rejected if it can never be stored', async () => {
    const world = await liveWorld();
    expect(world.client.send(1, 'a\r\nb').content).toBe('a\nb');
    for (const content of ['', ' \u200b', 'x'.repeat(8_001), 'a\u0000b', 'half \ud800']) {
      expect(() => world.client.send(1, content)).toThrow(expect.objectContaining({ code: 'invalid' }));
    }
    expect(world.client.queuedCount).toBe(1);
  });

  it('is rejected if OUTBOX_MAX sends wait', async () => {
    const world = createWorld();
    await world.client.login({ login: 'juno', password: 'correct horse' });
    for (let i = 0; i < OUTBOX_MAX; i++) world.client.send(1, `line ${i}`);
    expect(() => world.client.send(1, 'one more')).toThrow('messages are waiting');
    expect(world.client.queuedCount).toBe(OUTBOX_MAX);
  });

  it('respects the window that the server allows', async () => {
    const world = createWorld();
    world.server.sendWindow = 3;
    await world.goLive();
    for (let i = 0; i < 10; i++) world.client.send(1, `line ${i}`);
    expect(sendsOn(world)).toEqual(['line 0', 'line 1', 'line 2']);
    world.server.read(world.server.socket, 1);
    world.server.socket.deliver();
    expect(sendsOn(world)).toEqual(['line 1', 'line 2', 'line 3']);
    await world.flush();
    expect(stored(world)).toHaveLength(10);
  });
});

describe('a final rejection', () => {
  it.each(['muted', 'idempotency_conflict', 'internal', 'too_large'] as const)(
    '[S3] with %s fails only that send',
    async (code) => {
      const world = await liveWorld();
      world.server.rejections.push(null, code);
      for (const content of ['one', 'two', 'three']) world.client.send(1, content);
      await world.flush();
      expect(stored(world)).toEqual(['one', 'three']);
      expect(shown(world)).toEqual(['one', '!two', 'three']);
      const failed = world.client.timeline(1).entries.find(({ kind }) => kind === 'pending');
      expect(failed).toMatchObject({ status: 'failed', error: { code, message: `rejected: ${code}` } });
      expect(world.client.queuedCount).toBe(0);
    },
  );

  it('[S2] can be retried under the same id', async () => {
    const world = await liveWorld();
    world.server.rejections.push('muted');
    const { id } = world.client.send(1, 'again');
    await world.flush();
    world.client.retry(id);
    await world.flush();
    expect(world.server.get(1).log).toMatchObject([{ content: 'again', id }]);
    expect(shown(world)).toEqual(['again']);
  });

  it('returns the text when the person discards it', async () => {
    const world = await liveWorld();
    world.server.rejections.push('muted');
    const { id } = world.client.send(1, 'never mind');
    await world.flush();
    expect(world.client.discard(id)).toBe('never mind');
    expect(shown(world)).toEqual([]);
    expect(() => world.client.discard(id)).toThrow('Only a failed message');
  });
});
