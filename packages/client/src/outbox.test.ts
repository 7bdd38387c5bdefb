import type { Send } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { createFakeServer, ME } from '../test/fake-server.ts';
import { createMemoryStorage } from '../test/memory-storage.ts';
import { createWorld, shownIn, type World } from '../test/world.ts';
import { OUTBOX_MAX, REFUSED_MAX_MS } from './outbox.ts';

async function liveWorld(options: Parameters<typeof createWorld>[0] = {}): Promise<World> {
  const world = createWorld(options);
  await world.goLive();
  return world;
}

function sendsOn(world: World): string[] {
  const sends = world.server.socket.toServer.filter((command): command is Send => command.op === 'send');
  return sends.map((command) => command.content);
}

function shown(world: World): string[] {
  return shownIn(world.client.timeline(1));
}

/** What the server has stored of one's own. */
function stored({ server }: World): string[] {
  return server.get(1).log.flatMap((event) => (event.type === 'message' ? [event.content ?? ''] : []));
}

async function work(world: World, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 500) {
    await world.flush();
    if (world.server.socket.isOpen) world.server.ping(world.server.socket);
    await world.flush();
    await world.clock.advance(500);
    if (world.client.connection.name === 'connecting') await world.comeBack();
  }
}

describe('a send', () => {
  it('[S3] waits while there is no line, and goes when there is one', async () => {
    const world = createWorld();
    await world.client.login({ login: 'juno', password: 'correct horse' });
    world.client.send(1, 'early');
    expect(shown(world)).toEqual(['…early']);
    expect(world.client.queuedCount).toBe(1);
    world.client.start();
    await world.comeBack();
    expect(shown(world)).toEqual(['early']);
    expect(world.client.queuedCount).toBe(0);
  });

  it('says how it stands: queued, sent, stored', async () => {
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

  it('[S2] [S3] is repeated with its id when the line was cut before the answer, and stored once', async () => {
    const world = await liveWorld();
    world.client.send(1, 'one');
    world.client.send(1, 'two');
    world.server.read(world.server.socket);
    world.server.socket.cut();
    await world.redial();
    world.server.socket.accept();
    await world.flush();
    expect(stored(world)).toEqual(['one', 'two']);
    expect(shown(world)).toEqual(['one', 'two']);
    expect(world.client.queuedCount).toBe(0);
  });

  it('[S3] is settled by its own event, so that nothing is repeated when only the answer was lost', async () => {
    const world = await liveWorld();
    world.client.send(1, 'one');
    world.server.read(world.server.socket);
    world.server.socket.deliver(1);
    expect(shown(world)).toEqual(['one']);
    world.server.socket.cut();
    await world.redial();
    await world.comeBack();
    expect(world.server.socket.toServer).toEqual([]);
    expect(world.client.queuedCount).toBe(0);
  });

  it('[S5] is normalised like the server does, and refused when it can never be stored', async () => {
    const world = await liveWorld();
    expect(world.client.send(1, 'a\r\nb').content).toBe('a\nb');
    for (const content of ['', 'x'.repeat(8_001), 'a\u0000b', 'half \ud800']) {
      expect(() => world.client.send(1, content)).toThrow(expect.objectContaining({ code: 'invalid' }));
    }
    expect(world.client.queuedCount).toBe(1);
  });

  it('is refused when too many wait already', async () => {
    const world = createWorld();
    await world.client.login({ login: 'juno', password: 'correct horse' });
    for (let i = 0; i < OUTBOX_MAX; i++) world.client.send(1, `line ${i}`);
    expect(() => world.client.send(1, 'one more')).toThrow('wait already');
    expect(world.client.queuedCount).toBe(OUTBOX_MAX);
  });

  it('keeps within the window that the server allows', async () => {
    const world = createWorld();
    world.server.setSendWindow(3);
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

describe('a refusal that may pass', () => {
  it.each(['rate_limited', 'overloaded', 'unavailable'] as const)(
    '[S4] [L2] of %s takes the room back to the refused send, and all go again in order',
    async (code) => {
      const world = await liveWorld();
      world.server.refusals.push(null, code);
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

  it('holds up only its own room', async () => {
    const world = createWorld();
    world.server.addRoom(2, 'harbour');
    await world.goLive();
    world.server.refusals.push('rate_limited');
    world.client.send(1, 'held up');
    world.client.send(2, 'free');
    await world.flush();
    expect(shown(world)).toEqual(['…held up']);
    expect(shownIn(world.client.timeline(2))).toEqual(['free']);
  });

  it('[L2] lets a paste that is far over the limit go by itself, in order', async () => {
    const world = await liveWorld();
    world.server.setRetryAfter(100);
    const lines = Array.from({ length: 60 }, (_, i) => `line ${i}`);
    for (let i = 0; i < 40; i++) world.server.refusals.push(null, 'rate_limited');
    for (const line of lines) world.client.send(1, line);
    await work(world, 60_000);
    expect(stored(world)).toEqual(lines);
    expect(world.server.sockets).toHaveLength(1);
  });

  it('[S4] fails a send that is refused for a minute, takes a fresh line and goes on with the next', async () => {
    const world = await liveWorld();
    world.server.refusals.push(...new Array(200).fill('unavailable'));
    world.client.send(1, 'doomed');
    await work(world, REFUSED_MAX_MS - 5_000);
    expect(shown(world)).toEqual(['…doomed']);
    world.client.send(1, 'later');
    await work(world, 20_000);
    expect(shown(world)).toEqual(['!doomed', '…later']);
    expect(world.server.sockets).toHaveLength(2);
    world.server.refusals.length = 0;
    await work(world, 30_000);
    expect(shown(world)).toEqual(['later', '!doomed']);
  });

  it('gives a send that a person tries again another minute', async () => {
    const world = await liveWorld();
    world.server.refusals.push(...new Array(200).fill('unavailable'));
    const { id } = world.client.send(1, 'doomed');
    await work(world, REFUSED_MAX_MS + 20_000);
    expect(shown(world)).toEqual(['!doomed']);
    world.client.retry(id);
    await work(world, REFUSED_MAX_MS / 2);
    expect(shown(world)).toEqual(['…doomed']);
    world.server.refusals.length = 0;
    await work(world, 30_000);
    expect(shown(world)).toEqual(['doomed']);
  });

  it('[L2] makes the room careful: one send after the pause, then more at a time with each that is stored', async () => {
    const world = await liveWorld();
    world.server.refusals.push('rate_limited');
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

  it('does not count the time without a line', async () => {
    const world = await liveWorld();
    world.server.refusals.push(...new Array(10).fill('unavailable'));
    world.client.send(1, 'patient');
    await world.flush();
    world.server.socket.cut();
    world.server.http.setDown(true);
    await world.clock.advance(10 * REFUSED_MAX_MS);
    world.client.stop();
    world.server.http.setDown(false);
    world.client.start();
    await world.comeBack();
    expect(shown(world)).toEqual(['…patient']);
  });

  it('[S4] takes a fresh line when the server waits for a send that nobody knows of', async () => {
    const world = await liveWorld();
    world.server.refusals.push('order_gap');
    world.client.send(1, 'stuck');
    await world.flush();
    expect(world.client.connection.name).toBe('reconnecting');
    await world.redial();
    await world.comeBack();
    expect(stored(world)).toEqual(['stuck']);
  });

  it('[A4] takes a fresh token and a fresh line when the token is not believed any more', async () => {
    const world = await liveWorld();
    world.server.refusals.push('unauthenticated');
    world.client.send(1, 'who am I');
    await world.flush();
    await world.redial();
    await world.comeBack();
    expect(stored(world)).toEqual(['who am I']);
    expect(world.server.http.count('POST /v1/auth/refresh')).toBe(1);
  });
});

describe('a refusal for good', () => {
  it.each(['muted', 'idempotency_conflict', 'internal', 'too_large'] as const)(
    '[S3] of %s fails that send alone',
    async (code) => {
      const world = await liveWorld();
      world.server.refusals.push(null, code);
      for (const content of ['one', 'two', 'three']) world.client.send(1, content);
      await world.flush();
      expect(stored(world)).toEqual(['one', 'three']);
      expect(shown(world)).toEqual(['one', 'three', '!two']);
      const failed = world.client.timeline(1).entries.at(-1);
      expect(failed).toMatchObject({ status: 'failed', error: { code, message: `said no: ${code}` } });
      expect(world.client.queuedCount).toBe(0);
    },
  );

  it('[S2] is tried again with the same id when a person says so', async () => {
    const world = await liveWorld();
    world.server.refusals.push('muted');
    const { id } = world.client.send(1, 'again');
    await world.flush();
    world.client.retry(id);
    await world.flush();
    expect(world.server.get(1).log).toMatchObject([{ content: 'again', id }]);
    expect(shown(world)).toEqual(['again']);
  });

  it('gives the text back when a person discards it', async () => {
    const world = await liveWorld();
    world.server.refusals.push('muted');
    const { id } = world.client.send(1, 'never mind');
    await world.flush();
    expect(world.client.discard(id)).toBe('never mind');
    expect(shown(world)).toEqual([]);
    expect(() => world.client.discard(id)).toThrow('Only a failed message');
  });
});

describe('the stored outbox', () => {
  it('keeps what a message is besides its text: on its row, through a reload, and when it is stored', async () => {
    const storage = createMemoryStorage();
    const server = createFakeServer();
    server.setAnswersFirst(true);
    server.addRoom(1, 'tides');
    const about = {
      messageKind: 'me',
      replyTo: 1,
      quote: { userId: 2, username: 'mira', line: 'who?' },
    } as const;
    const before = createWorld({ storage, server });
    await before.client.login({ login: 'juno', password: 'correct horse' });
    before.client.send(1, 'waves', about);

    const after = createWorld({ storage, server });
    await after.client.restore();
    expect(after.client.timeline(1).entries[0]).toMatchObject({ kind: 'pending', ...about });
    after.client.start();
    await after.comeBack();
    const [row] = after.client.timeline(1).entries;
    const { messageKind: kind, ...rest } = about;
    expect(row).toMatchObject({ kind: 'message', message: { content: 'waves', kind, ...rest } });
  });

  it('[S2] [S3] survives a reload and goes with the same ids', async () => {
    const storage = createMemoryStorage();
    const server = createFakeServer();
    server.addRoom(1, 'tides');
    const before = await liveWorld({ storage, server, newId: idsFrom('before') });
    before.client.send(1, 'stored, but nobody heard of it');
    before.server.read(before.server.socket);
    before.client.send(1, 'never left');
    before.server.socket.cut();
    before.client.stop();

    const after = createWorld({ storage, server, newId: idsFrom('after') });
    await after.client.restore();
    expect(shown(after)).toEqual(['…stored, but nobody heard of it', '…never left']);
    after.client.start();
    await after.comeBack();
    await after.client.timeline(1).load();
    expect(stored(after)).toEqual(['stored, but nobody heard of it', 'never left']);
    expect(shown(after)).toEqual(['stored, but nobody heard of it', 'never left']);
    expect(storage.size).toBe(0);
  });

  it('keeps a failed send, with its reason, until a person decides', async () => {
    const storage = createMemoryStorage();
    const before = await liveWorld({ storage });
    before.server.refusals.push('muted');
    before.client.send(1, 'shh');
    await before.flush();
    const after = createWorld({ storage });
    await after.client.restore();
    expect(after.client.timeline(1).entries).toMatchObject([
      { content: 'shh', status: 'failed', error: { code: 'muted', message: 'said no: muted' } },
    ]);
    expect(after.client.queuedCount).toBe(0);
  });

  it('is shared with another tab of the same person, without either losing anything', async () => {
    const storage = createMemoryStorage();
    const one = createWorld({ storage, newId: idsFrom('one') });
    const two = createWorld({ storage, newId: idsFrom('two') });
    for (const { client } of [one, two]) await client.login({ login: 'juno', password: 'correct horse' });
    one.client.send(1, 'from one');
    two.client.send(1, 'from two');
    one.client.start();
    await one.comeBack();
    const later = createWorld({ storage });
    await later.client.restore();
    expect(shown(later)).toEqual(['…from two']);
  });

  it('is each person\u2019s own', async () => {
    const storage = createMemoryStorage();
    const world = createWorld({ storage });
    await world.client.login({ login: 'juno', password: 'correct horse' });
    world.client.send(1, 'mine');
    world.server.http.next('POST /v1/auth/login', {
      user: { id: 9, username: 'hal' },
      accessToken: 'token-hal',
      expiresIn: 600,
    });
    await world.client.login({ login: 'hal', password: 'correct horse' });
    expect(world.client.queuedCount).toBe(0);
    expect(shown(world)).toEqual([]);
    await world.client.login({ login: ME.username, password: 'correct horse' });
    expect(shown(world)).toEqual(['…mine']);
  });

  it('stays when the session ends, and is erased by signing out', async () => {
    const storage = createMemoryStorage();
    const world = await liveWorld({ storage });
    world.server.socket.cut(4200);
    world.client.send(1, 'not yet');
    expect(shown(world)).toEqual(['…not yet']);
    await world.client.login({ login: 'juno', password: 'correct horse' });
    await world.comeBack();
    expect(stored(world)).toEqual(['not yet']);
    world.client.stop();
    world.client.send(1, 'private');
    await world.client.logout();
    expect(world.client.user).toBeNull();
    expect(world.client.connection).toEqual({ name: 'idle' });
    expect(storage.size).toBe(0);
  });

  it('does without a storage that is damaged, full or forbidden', async () => {
    const storage = createMemoryStorage();
    storage.setItem('banter.outbox.1', '[{"id":"x"},{"nonsense":true},7,null]');
    const world = await liveWorld({ storage });
    expect(world.client.queuedCount).toBe(0);
    storage.refuse();
    world.client.send(1, 'in memory');
    await world.flush();
    expect(stored(world)).toEqual(['in memory']);
  });
});

function idsFrom(prefix: string): () => string {
  let count = 0;
  return () => `${prefix}-id-${++count}`;
}
