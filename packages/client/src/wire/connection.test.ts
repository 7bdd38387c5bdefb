import { CLOSES, type ServerEvent, SILENCE_MAX_MS } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { createWorld, type World } from '../../test/world.ts';
import { GREETING_MAX_MS } from './link.ts';
import { FAULT_FORGET_MS, FAULTS_MAX, STABLE_MS } from './retry-policy.ts';

/** Says `bye` and closes, as the server does. */
function sayBye({ server }: World, code: number, retryAfterMs = 0): void {
  server.socket.push({ type: 'bye', code, reason: 'told', retryAfterMs });
  server.socket.deliver();
  server.socket.cut(code, 'told');
}

describe('coming back', () => {
  it.each(Object.values(CLOSES).filter((row) => row.reaction !== 'stop'))(
    'comes back after $code ($meaning)',
    async ({ code, reaction }) => {
      const world = createWorld();
      await world.goLive();
      await world.clock.advance(STABLE_MS);
      sayBye(world, code);
      expect(world.client.connection).toMatchObject({ name: 'reconnecting', inMs: 250, attempt: 1 });
      await world.clock.advance(250);
      await world.acceptAndGoLive();
      expect(world.server.http.count('POST /v1/auth/refresh')).toBe(reaction === 'renew' ? 1 : 0);
    },
  );

  it.each([CLOSES.session_ended, CLOSES.removed])(
    'stops for good after $code ($meaning)',
    async ({ code }) => {
      const world = createWorld();
      await world.goLive();
      sayBye(world, code);
      expect(world.client.connection).toEqual({ name: 'ended', reason: 'told' });
      await world.clock.advance(120_000);
      expect(world.server.sockets).toHaveLength(1);
    },
  );

  it.each([CLOSES.too_large, CLOSES.protocol_error])(
    'tries only $code ($meaning) a few times, because it is its own fault',
    async ({ code }) => {
      const world = createWorld();
      await world.goLive();
      for (let fault = 1; fault <= FAULTS_MAX; fault++) {
        sayBye(world, code);
        expect(world.client.connection.name).toBe('reconnecting');
        await world.waitForRedial();
        await world.acceptAndGoLive();
      }
      sayBye(world, code);
      expect(world.client.connection).toEqual({ name: 'ended', reason: 'told' });
    },
  );

  it('forgets its own faults after a line that lived well', async () => {
    const world = createWorld();
    await world.goLive();
    for (let fault = 0; fault < FAULTS_MAX * 2; fault++) {
      for (let second = 0; second <= FAULT_FORGET_MS; second += 20_000) {
        world.server.ping(world.server.socket);
        await world.flush();
        await world.clock.advance(20_000);
      }
      sayBye(world, CLOSES.protocol_error.code);
      await world.waitForRedial();
      await world.acceptAndGoLive();
    }
  });

  it('waits as long as the server wants, and some more by chance', async () => {
    const world = createWorld();
    await world.goLive();
    sayBye(world, CLOSES.interrupted.code, 4_000);
    expect(world.client.connection).toEqual({
      name: 'reconnecting',
      inMs: 4_250,
      attempt: 1,
      restarting: true,
    });
  });

  it('believes a bye even when the close itself is lost', async () => {
    const world = createWorld();
    await world.goLive();
    world.server.socket.push({
      type: 'bye',
      code: CLOSES.session_ended.code,
      reason: 'gone',
      retryAfterMs: 0,
    });
    world.server.socket.deliver();
    world.server.socket.cut(1006);
    expect(world.client.connection).toEqual({ name: 'ended', reason: 'gone' });
  });

  it('waits longer each time, up to a bound, and from the beginning after a line that lived', async () => {
    const world = createWorld();
    await world.goLive();
    const waits: number[] = [];
    for (let i = 0; i < 7; i++) {
      world.server.socket.cut();
      const { connection } = world.client;
      waits.push(connection.name === 'reconnecting' ? connection.inMs : -1);
      await world.waitForRedial();
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 7_500, 7_500]);
    await world.acceptAndGoLive();
    await world.clock.advance(STABLE_MS);
    world.server.socket.cut();
    expect(world.client.connection).toMatchObject({ attempt: 1, inMs: 250 });
  });

  it('gives up a dial that nobody answers', async () => {
    const world = createWorld();
    await world.client.login({ login: 'juno', password: 'correct horse' });
    world.client.start();
    await world.clock.advance(GREETING_MAX_MS);
    expect(world.client.connection.name).toBe('reconnecting');
  });

  it('dials at once when told to', async () => {
    const world = createWorld();
    await world.goLive();
    sayBye(world, CLOSES.interrupted.code, 60_000);
    world.client.retryNow();
    await world.acceptAndGoLive();
  });

  it('keeps trying while the server is out of reach over HTTP', async () => {
    const world = createWorld();
    world.server.http.isDown = true;
    world.client.start();
    await world.clock.advance(60_000);
    expect(world.client.connection.name).toBe('reconnecting');
    world.server.http.isDown = false;
    await world.waitForRedial();
    await world.acceptAndGoLive();
    expect(world.client.user?.username).toBe('juno');
  });
});

describe('heartbeats', () => {
  it('answers a ping at once', async () => {
    const world = createWorld();
    await world.goLive();
    world.server.socket.push({ type: 'ping', t: 42 });
    world.server.socket.deliver();
    expect(world.server.socket.toServer).toEqual([{ op: 'pong', t: 42 }]);
  });

  it('takes a silent line for dead', async () => {
    const world = createWorld();
    await world.goLive();
    await world.clock.advance(SILENCE_MAX_MS - 1_000);
    world.server.ping(world.server.socket);
    world.server.socket.deliver();
    await world.clock.advance(SILENCE_MAX_MS - 1);
    expect(world.client.connection.name).toBe('live');
    await world.clock.advance(1);
    expect(world.client.connection.name).toBe('reconnecting');
    expect(world.server.socket.isOpen).toBe(false);
  });

  it('drops a line on which something else than JSON comes', async () => {
    const world = createWorld();
    await world.goLive();
    world.server.socket.toClient.push('<html>');
    world.server.socket.deliver();
    expect(world.client.connection.name).toBe('reconnecting');
  });

  it('lets things pass that only a newer server says', async () => {
    const world = createWorld();
    await world.goLive();
    world.server.socket.push({ type: 'weather', sky: 'clear' } as unknown as ServerEvent);
    world.server.socket.deliver();
    expect(world.client.connection.name).toBe('live');
  });
});

describe('what the machine and the person say', () => {
  it('shows offline while it waits, but keeps trying: the server may be this very machine', async () => {
    const world = createWorld();
    await world.goLive();
    world.client.setOnline(false);
    expect(world.client.connection.name).toBe('live');
    world.server.socket.cut();
    expect(world.client.connection).toEqual({ name: 'offline' });
    await world.clock.advance(1_000);
    expect(world.client.connection).toEqual({ name: 'offline' });
    await world.acceptAndGoLive();
  });

  it('takes a fresh line when the network is back', async () => {
    const world = createWorld();
    await world.goLive();
    world.client.setOnline(false);
    world.client.setOnline(true);
    await world.acceptAndGoLive();
    expect(world.server.sockets).toHaveLength(2);
  });

  it('hangs up when stopped, and starts anew when started', async () => {
    const world = createWorld();
    await world.goLive();
    world.client.stop();
    expect(world.client.connection).toEqual({ name: 'idle' });
    expect(world.server.socket.isOpen).toBe(false);
    expect(world.clock.waiting).toBe(0);
    world.client.start();
    world.client.start();
    await world.acceptAndGoLive();
    expect(world.server.sockets).toHaveLength(2);
  });

  it('needs somebody signed in', async () => {
    const world = createWorld();
    world.server.http.next('POST /v1/auth/refresh', 'unauthenticated');
    world.client.start();
    await world.clock.advance(0);
    expect(world.client.connection.name).toBe('ended');
    await world.client.login({ login: 'juno', password: 'correct horse' });
    await world.acceptAndGoLive();
  });
});
