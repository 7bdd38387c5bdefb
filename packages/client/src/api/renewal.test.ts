import { describe, expect, it } from 'vitest';
import { EXPIRES_IN } from '../../test/fake-http.ts';
import { createWorld, opsOn, type World } from '../../test/world.ts';

const RENEW_MS = EXPIRES_IN * 0.8 * 1000;

describe('the token of a live link', () => {
  async function keepAlive(world: World, ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 20_000) {
      world.server.ping(world.server.socket);
      world.server.socket.deliver();
      world.server.read(world.server.socket);
      await world.clock.advance(Math.min(20_000, left));
    }
  }

  it('[A4] is renewed on the link before it expires', async () => {
    const world = createWorld();
    await world.goLive();
    await keepAlive(world, RENEW_MS);
    expect(world.server.socket.toServer).toMatchObject([{ op: 'auth', token: 'token-2' }]);
    await world.flush();
    await keepAlive(world, RENEW_MS);
    expect(world.server.socket.toServer).toMatchObject([{ op: 'auth', token: 'token-3' }]);
    expect(world.server.sockets).toHaveLength(1);
  });

  it('is renewed with retries if the server is unreachable, on the same link', async () => {
    const world = createWorld();
    await world.goLive();
    world.server.http.next('POST /v1/auth/refresh', 'down', 'unavailable');
    await keepAlive(world, RENEW_MS + 1_000);
    expect(opsOn(world)).toContain('auth');
    expect(world.server.http.count('POST /v1/auth/refresh')).toBe(3);
    expect(world.client.connection.name).toBe('live');
  });

  it('[A4] is the last if the server refuses to renew it', async () => {
    const world = createWorld();
    await world.goLive();
    world.server.http.next('POST /v1/auth/refresh', 'unauthenticated');
    await keepAlive(world, RENEW_MS);
    expect(world.client.connection.name).toBe('ended');
    expect(world.client.user?.username).toBe('juno');
  });

  it('is replaced together with the link if the server rejects a renewed one', async () => {
    const world = createWorld();
    await world.goLive();
    await keepAlive(world, RENEW_MS);
    const [auth] = world.server.socket.toServer.splice(0);
    expect(auth?.op).toBe('auth');
    if (auth?.op !== 'auth') return;
    world.server.socket.push({ type: 'error', id: auth.id, code: 'unauthenticated', message: 'no' });
    world.server.socket.deliver();
    await world.clock.advance(1_000);
    await world.acceptAndGoLive();
    expect(world.server.http.count('POST /v1/auth/refresh')).toBe(2);
  });
});
