import { CLOSES, type Command, type ServerEvent, SILENCE_MAX_MS } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { EXPIRES_IN } from '../test/fake-http.ts';
import { createWorld, type World } from '../test/world.ts';
import { FAULT_FORGET_MS, FAULTS_MAX, LIVE_WAIT_MS, STABLE_MS } from './connection.ts';
import { GREETING_MAX_MS } from './line.ts';

const RENEW_MS = EXPIRES_IN * 0.8 * 1000;

/** Says `bye` and closes, as the server does. */
function sayBye({ server }: World, code: number, retryAfterMs = 0): void {
  server.socket.say({ type: 'bye', code, reason: 'told', retryAfterMs });
  server.socket.deliver();
  server.socket.cut(code, 'told');
}

function opsOn({ server }: World): Command['op'][] {
  return server.socket.toServer.map((command) => command.op);
}

describe('going live', () => {
  it('[A1] says hello as the first frame, with the place of every joined room', async () => {
    const world = createWorld();
    const { client, server, clock } = world;
    server.post(1, 'before');
    server.addRoom(2, 'not mine', false);
    await client.login({ login: 'juno', password: 'correct horse' });
    client.start();
    expect(client.connection).toEqual({ name: 'connecting' });
    await clock.advance(0);
    server.socket.accept();
    expect(server.socket.toServer).toEqual([
      { op: 'hello', token: 'token-1', rooms: [{ roomId: 1, after: 1 }] },
    ]);
  });

  it('[R1] is live only when every room has been confirmed', async () => {
    const world = createWorld();
    const { client, server, clock } = world;
    server.addRoom(2, 'harbour');
    await client.login({ login: 'juno', password: 'correct horse' });
    client.start();
    await clock.advance(0);
    server.socket.accept();
    server.read(server.socket);
    server.socket.deliver(2);
    expect(client.connection).toEqual({ name: 'connecting' });
    server.socket.deliver(1);
    expect(client.connection).toEqual({ name: 'live' });
  });

  it('does not let one room that is never confirmed hold up the others', async () => {
    const world = createWorld();
    const { client, server, clock } = world;
    await client.login({ login: 'juno', password: 'correct horse' });
    client.start();
    await clock.advance(0);
    server.socket.accept();
    server.read(server.socket);
    server.socket.deliver(1);
    await clock.advance(LIVE_WAIT_MS);
    expect(client.connection).toEqual({ name: 'live' });
  });

  it('[R1] resumes from the last applied seq, with the epoch in which it was counted', async () => {
    const world = createWorld();
    await world.goLive();
    world.server.post(1, 'one');
    world.server.post(1, 'two');
    await world.flush();
    world.server.socket.cut();
    await world.clock.advance(1_000);
    world.server.socket.accept();
    expect(world.server.socket.toServer[0]).toMatchObject({
      rooms: [{ roomId: 1, after: 2, epoch: 'epoch-1' }],
    });
  });

  it('asks for all rooms there may be when it knows of none', async () => {
    const world = createWorld();
    world.server.rooms.clear();
    await world.client.login({ login: 'juno', password: 'correct horse' });
    world.client.start();
    await world.clock.advance(0);
    world.server.socket.accept();
    expect(world.server.socket.toServer).toEqual([{ op: 'hello', token: 'token-1' }]);
  });

  it('names no more rooms in hello than fit into it, and subscribes to the others after welcome', async () => {
    const world = createWorld();
    for (let id = 2; id <= 300; id++) world.server.addRoom(id, `room-${id}`);
    await world.goLive();
    world.server.socket.cut();
    await world.clock.advance(1_000);
    world.server.socket.accept();
    const [hello] = world.server.socket.toServer;
    expect(JSON.stringify(hello).length).toBeLessThanOrEqual(4 * 1024);
    world.server.post(300, 'far away');
    await world.flush();
    expect(world.client.rooms.at(-1)).toMatchObject({ id: 300, head: 1, unread: 1 });
  });

  it('subscribes to those again that an earlier line did not get to', async () => {
    const world = createWorld();
    for (let id = 2; id <= 300; id++) world.server.addRoom(id, `room-${id}`);
    await world.client.login({ login: 'juno', password: 'correct horse' });
    world.client.start();
    await world.clock.advance(0);
    world.server.socket.accept();
    world.server.read(world.server.socket);
    world.server.socket.deliver();
    expect(opsOn(world)).toContain('subscribe');
    world.server.socket.cut();
    await world.redial();
    await world.comeBack();
    world.server.post(300, 'far away');
    await world.flush();
    expect(world.client.rooms.at(-1)).toMatchObject({ id: 300, unread: 1 });
  });

  it('leaves rooms that are not its own any more, and finds those that have become so', async () => {
    const world = createWorld();
    await world.goLive();
    world.server.socket.cut();
    world.server.addRoom(2, 'harbour');
    world.server.get(1).room.joined = false;
    await world.clock.advance(1_000);
    await world.comeBack();
    expect(world.client.rooms.map((room) => room.name)).toEqual(['harbour']);
    world.server.post(2, 'welcome');
    await world.flush();
    expect(world.client.rooms[0]?.unread).toBe(1);
  });
});

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
      await world.comeBack();
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
        await world.redial();
        await world.comeBack();
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
      await world.redial();
      await world.comeBack();
    }
  });

  it('waits as long as the server wants, and some more by chance', async () => {
    const world = createWorld();
    await world.goLive();
    sayBye(world, CLOSES.restarting.code, 4_000);
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
    world.server.socket.say({
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
      await world.redial();
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 7_500, 7_500]);
    await world.comeBack();
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
    sayBye(world, CLOSES.restarting.code, 60_000);
    world.client.retryNow();
    await world.comeBack();
  });

  it('keeps trying while the server is out of reach over HTTP', async () => {
    const world = createWorld();
    world.server.http.setDown(true);
    world.client.start();
    await world.clock.advance(60_000);
    expect(world.client.connection.name).toBe('reconnecting');
    world.server.http.setDown(false);
    await world.redial();
    await world.comeBack();
    expect(world.client.user?.username).toBe('juno');
  });
});

describe('heartbeats', () => {
  it('answers a ping at once', async () => {
    const world = createWorld();
    await world.goLive();
    world.server.socket.say({ type: 'ping', t: 42 });
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
    world.server.socket.say({ type: 'weather', sky: 'clear' } as unknown as ServerEvent);
    world.server.socket.deliver();
    expect(world.client.connection.name).toBe('live');
  });
});

describe('tokens on a live line', () => {
  async function keepAlive(world: World, ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 20_000) {
      world.server.ping(world.server.socket);
      world.server.socket.deliver();
      world.server.read(world.server.socket);
      await world.clock.advance(Math.min(20_000, left));
    }
  }

  it('[A4] renews in band before the token expires', async () => {
    const world = createWorld();
    await world.goLive();
    await keepAlive(world, RENEW_MS);
    expect(world.server.socket.toServer).toMatchObject([{ op: 'auth', token: 'token-2' }]);
    await world.flush();
    await keepAlive(world, RENEW_MS);
    expect(world.server.socket.toServer).toMatchObject([{ op: 'auth', token: 'token-3' }]);
    expect(world.server.sockets).toHaveLength(1);
  });

  it('tries again when it cannot renew, without leaving the line', async () => {
    const world = createWorld();
    await world.goLive();
    world.server.http.next('POST /v1/auth/refresh', 'down', 'unavailable');
    await keepAlive(world, RENEW_MS + 1_000);
    expect(opsOn(world)).toContain('auth');
    expect(world.server.http.count('POST /v1/auth/refresh')).toBe(3);
    expect(world.client.connection.name).toBe('live');
  });

  it('[A4] ends when the server will not renew', async () => {
    const world = createWorld();
    await world.goLive();
    world.server.http.next('POST /v1/auth/refresh', 'unauthenticated');
    await keepAlive(world, RENEW_MS);
    expect(world.client.connection.name).toBe('ended');
    expect(world.client.user?.username).toBe('juno');
  });

  it('takes a fresh line when the server does not believe the renewed token', async () => {
    const world = createWorld();
    await world.goLive();
    await keepAlive(world, RENEW_MS);
    const [auth] = world.server.socket.toServer.splice(0);
    expect(auth?.op).toBe('auth');
    if (auth?.op !== 'auth') return;
    world.server.socket.say({ type: 'error', id: auth.id, code: 'unauthenticated', message: 'no' });
    world.server.socket.deliver();
    await world.clock.advance(1_000);
    await world.comeBack();
    expect(world.server.http.count('POST /v1/auth/refresh')).toBe(2);
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
    await world.comeBack();
  });

  it('takes a fresh line when the network is back', async () => {
    const world = createWorld();
    await world.goLive();
    world.client.setOnline(false);
    world.client.setOnline(true);
    await world.comeBack();
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
    await world.comeBack();
    expect(world.server.sockets).toHaveLength(2);
  });

  it('needs somebody signed in', async () => {
    const world = createWorld();
    world.server.http.next('POST /v1/auth/refresh', 'unauthenticated');
    world.client.start();
    await world.clock.advance(0);
    expect(world.client.connection.name).toBe('ended');
    await world.client.login({ login: 'juno', password: 'correct horse' });
    await world.comeBack();
  });
});
