import { describe, expect, it } from 'vitest';
import { ME } from '../../test/fake-rooms.ts';
import { FakeServer } from '../../test/fake-server.ts';
import { MemoryStorage } from '../../test/memory-storage.ts';
import { shown, stored } from '../../test/sends.ts';
import { createWorld, liveWorld } from '../../test/world.ts';

describe('the stored outbox', () => {
  it('keeps kind, reply and quote: on the row, through a reload, and when stored', async () => {
    const storage = new MemoryStorage();
    const server = new FakeServer();
    server.answersFirst = true;
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
    await after.acceptAndGoLive();
    const [row] = after.client.timeline(1).entries;
    const { messageKind: kind, ...rest } = about;
    expect(row).toMatchObject({ kind: 'message', message: { content: 'waves', kind, ...rest } });
  });

  it('[S2] [S3] survives a reload and sends under the same ids', async () => {
    const storage = new MemoryStorage();
    const server = new FakeServer();
    server.addRoom(1, 'tides');
    const before = await liveWorld({ storage, server, newId: idsFrom('before') });
    before.client.send(1, 'stored, but not answered');
    before.server.read(before.server.socket);
    before.client.send(1, 'never left');
    before.server.socket.cut();
    before.client.stop();

    const after = createWorld({ storage, server, newId: idsFrom('after') });
    await after.client.restore();
    expect(shown(after)).toEqual(['…stored, but not answered', '…never left']);
    after.client.start();
    await after.acceptAndGoLive();
    await after.client.timeline(1).load();
    expect(stored(after)).toEqual(['stored, but not answered', 'never left']);
    expect(shown(after)).toEqual(['stored, but not answered', 'never left']);
    expect(storage.size).toBe(0);
  });

  it('keeps a failed send and its error until the person decides', async () => {
    const storage = new MemoryStorage();
    const before = await liveWorld({ storage });
    before.server.rejections.push('muted');
    before.client.send(1, 'shh');
    await before.flush();
    const after = createWorld({ storage });
    await after.client.restore();
    expect(after.client.timeline(1).entries).toMatchObject([
      { content: 'shh', status: 'failed', error: { code: 'muted', message: 'rejected: muted' } },
    ]);
    expect(after.client.queuedCount).toBe(0);
  });

  it('is shared by two tabs of one person without losing a send', async () => {
    const storage = new MemoryStorage();
    const one = createWorld({ storage, newId: idsFrom('one') });
    const two = createWorld({ storage, newId: idsFrom('two') });
    for (const { client } of [one, two]) await client.login({ login: 'juno', password: 'correct horse' });
    one.client.send(1, 'from one');
    two.client.send(1, 'from two');
    one.client.start();
    await one.acceptAndGoLive();
    const later = createWorld({ storage });
    await later.client.restore();
    expect(shown(later)).toEqual(['…from two']);
  });

  it('is separate for each person', async () => {
    const storage = new MemoryStorage();
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

  it('stays when the session ends, and is erased by logout', async () => {
    const storage = new MemoryStorage();
    const world = await liveWorld({ storage });
    world.server.socket.cut(4200);
    world.client.send(1, 'not yet');
    expect(shown(world)).toEqual(['…not yet']);
    await world.client.login({ login: 'juno', password: 'correct horse' });
    await world.acceptAndGoLive();
    expect(stored(world)).toEqual(['not yet']);
    world.client.stop();
    world.client.send(1, 'private');
    await world.client.logout();
    expect(world.client.user).toBeNull();
    expect(world.client.connection).toEqual({ name: 'idle' });
    expect(storage.size).toBe(0);
  });

  it('works without a storage that is damaged, full or forbidden', async () => {
    const storage = new MemoryStorage();
    storage.setItem('banter.outbox.1', '[{"id":"x"},{"nonsense":true},7,null]');
    const world = await liveWorld({ storage });
    expect(world.client.queuedCount).toBe(0);
    storage.fail();
    world.client.send(1, 'in memory');
    await world.flush();
    expect(stored(world)).toEqual(['in memory']);
  });
});

function idsFrom(prefix: string): () => string {
  let count = 0;
  return () => `${prefix}-id-${++count}`;
}
