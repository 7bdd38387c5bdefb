import { CLOSES, ERRORS, type ServerEvent, SILENCE_MAX_MS } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { settled } from '../../test/fake-clock.ts';
import { createWorld, type World } from '../../test/world.ts';
import { PROMPT_EVERY_MS } from './connection.ts';
import { GREETING_MAX_MS } from './link.ts';
import { EXAMINE_AFTER } from './path-check.ts';
import { FAULT_FORGET_MS, FAULTS_MAX, STABLE_MS } from './retry-policy.ts';

/** Sends `bye` and closes, as the server does. */
function closeWithBye({ server }: World, code: number, retryAfterMs = 0): void {
  server.socket.push({ type: 'bye', code, reason: 'closed by test', retryAfterMs });
  server.socket.deliver();
  server.socket.cut(code, 'closed by test');
}

describe('a lost connection', () => {
  it.each(Object.values(CLOSES).filter((row) => row.reaction !== 'stop'))(
    'returns after $code',
    async ({ code, reaction }) => {
      const world = createWorld();
      await world.goLive();
      await world.clock.advance(STABLE_MS);
      closeWithBye(world, code);
      expect(world.client.connection).toMatchObject({ name: 'reconnecting', inMs: 250, attempt: 1 });
      await world.clock.advance(250);
      await world.acceptAndGoLive();
      expect(world.server.http.count('POST /v1/auth/refresh')).toBe(reaction === 'renew' ? 1 : 0);
    },
  );

  it.each([CLOSES.session_ended, CLOSES.removed])('stops for good after $code', async ({ code }) => {
    const world = createWorld();
    await world.goLive();
    closeWithBye(world, code);
    expect(world.client.connection).toEqual({ name: 'ended', reason: 'closed by test' });
    await world.clock.advance(120_000);
    expect(world.server.sockets).toHaveLength(1);
  });

  it.each([CLOSES.too_large, CLOSES.protocol_error])(
    'retries $code only FAULTS_MAX times, because the client caused it',
    async ({ code }) => {
      const world = createWorld();
      await world.goLive();
      for (let fault = 1; fault <= FAULTS_MAX; fault++) {
        closeWithBye(world, code);
        expect(world.client.connection.name).toBe('reconnecting');
        await world.waitForRedial();
        await world.acceptAndGoLive();
      }
      closeWithBye(world, code);
      expect(world.client.connection).toEqual({ name: 'ended', reason: 'closed by test' });
    },
  );

  it('forgets own faults after a link that lived FAULT_FORGET_MS', async () => {
    const world = createWorld();
    await world.goLive();
    for (let fault = 0; fault < FAULTS_MAX * 2; fault++) {
      for (let second = 0; second <= FAULT_FORGET_MS; second += 20_000) {
        world.server.ping(world.server.socket);
        await world.flush();
        await world.clock.advance(20_000);
      }
      closeWithBye(world, CLOSES.protocol_error.code);
      await world.waitForRedial();
      await world.acceptAndGoLive();
    }
  });

  it('waits for the server’s delay plus the backoff', async () => {
    const world = createWorld();
    await world.goLive();
    closeWithBye(world, CLOSES.interrupted.code, 4_000);
    expect(world.client.connection).toEqual({
      name: 'reconnecting',
      inMs: 4_250,
      attempt: 1,
      restarting: true,
    });
  });

  it('uses the code of a bye when the close frame is lost', async () => {
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

  it('doubles the backoff up to a bound, and starts again after a stable link', async () => {
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

  it('names what keeps sockets from opening after EXAMINE_AFTER of them, until one opens', async () => {
    const world = createWorld();
    world.server.http.next('GET /v1/socket', ...new Array(3).fill('upgrade_required'));
    await world.client.login({ login: 'juno', password: 'correct horse' });
    world.client.start();
    for (let dial = 1; dial <= EXAMINE_AFTER; dial++) {
      await world.clock.advance(0);
      expect(world.client.connection).not.toHaveProperty('obstacle');
      world.server.socket.cut();
      if (dial < EXAMINE_AFTER) await world.waitForRedial();
    }
    await world.flush();
    expect(world.client.connection).toMatchObject({ obstacle: ERRORS.upgrade_required.title });
    await world.waitForRedial();
    await world.acceptAndGoLive();
    world.server.socket.cut();
    await world.flush();
    expect(world.client.connection).not.toHaveProperty('obstacle');
    expect(world.server.http.count('GET /v1/socket')).toBe(1);
  });

  it('gives up a dial without an answer', async () => {
    const world = createWorld();
    await world.client.login({ login: 'juno', password: 'correct horse' });
    world.client.start();
    await world.clock.advance(GREETING_MAX_MS);
    expect(world.client.connection.name).toBe('reconnecting');
  });

  it('dials at once on retryNow', async () => {
    const world = createWorld();
    await world.goLive();
    closeWithBye(world, CLOSES.interrupted.code, 60_000);
    world.client.retryNow();
    await world.acceptAndGoLive();
  });

  it('a storm of keystrokes dials once per PROMPT_EVERY_MS, and never lengthens the backoff', async () => {
    const world = createWorld();
    await world.goLive();
    world.server.socket.cut();
    const before = world.server.sockets.length;
    for (let key = 0; key < 100; key++) {
      world.client.retryNow();
      const { connection } = world.client;
      if (connection.name === 'reconnecting') expect(connection.inMs).toBeLessThanOrEqual(PROMPT_EVERY_MS);
      await world.clock.advance(PROMPT_EVERY_MS / 10);
      if (world.client.connection.name === 'connecting') world.server.socket.cut();
    }
    const dials = world.server.sockets.length - before;
    expect(dials).toBeGreaterThanOrEqual(10);
    expect(dials).toBeLessThanOrEqual(24);
    world.client.retryNow();
    await world.clock.advance(PROMPT_EVERY_MS);
    await world.acceptAndGoLive();
  });

  it('a network that flaps dials at most once per PROMPT_EVERY_MS, and at last on the network that stays', async () => {
    const world = createWorld();
    await world.goLive();
    for (let flap = 0; flap < 20; flap++) {
      world.client.setOnline(false);
      world.client.setOnline(true);
      await settled();
    }
    expect(world.server.sockets).toHaveLength(2);
    await world.clock.advance(PROMPT_EVERY_MS);
    expect(world.server.sockets).toHaveLength(3);
    await world.acceptAndGoLive();
  });

  it('retries while HTTP is unreachable', async () => {
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

  it('drops a link that is silent for SILENCE_MAX_MS', async () => {
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

  it('drops a link after a frame that is not JSON', async () => {
    const world = createWorld();
    await world.goLive();
    world.server.socket.toClient.push('<html>');
    world.server.socket.deliver();
    expect(world.client.connection.name).toBe('reconnecting');
  });

  it('ignores events of an unknown type', async () => {
    const world = createWorld();
    await world.goLive();
    world.server.socket.push({ type: 'weather', sky: 'clear' } as unknown as ServerEvent);
    world.server.socket.deliver();
    expect(world.client.connection.name).toBe('live');
  });
});

describe('the network and the person', () => {
  it('shows offline but retries, because the server may be on this machine', async () => {
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

  it('dials again when the network returns', async () => {
    const world = createWorld();
    await world.goLive();
    world.client.setOnline(false);
    world.client.setOnline(true);
    await world.acceptAndGoLive();
    expect(world.server.sockets).toHaveLength(2);
  });

  it('closes the link when stopped, and dials when started', async () => {
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

  it('ends without a session, and continues after a login', async () => {
    const world = createWorld();
    world.server.http.next('POST /v1/auth/refresh', 'unauthenticated');
    world.client.start();
    await world.clock.advance(0);
    expect(world.client.connection.name).toBe('ended');
    await world.client.login({ login: 'juno', password: 'correct horse' });
    await world.acceptAndGoLive();
  });
});
