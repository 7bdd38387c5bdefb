import { describe, expect, it } from 'vitest';
import { createWorld, mirror, shownIn } from '../test/world.ts';

describe('a client', () => {
  it('signs in, loads its rooms, sends hello and goes live', async () => {
    const { client, server, goLive } = createWorld();
    server.post(1, 'before');
    await goLive();
    expect(client.user?.username).toBe('juno');
    expect(client.rooms.map((room) => room.name)).toEqual(['tides']);
    expect(server.socket.url).toBe('ws://chat.test/v1/socket');
  });

  it('[A2] rejects a send without a person', () => {
    const { client } = createWorld();
    expect(() => client.send(1, 'hello')).toThrow('Sign in first');
  });

  it('shows a send at once and confirms it in place', async () => {
    const { client, flush, goLive } = createWorld();
    await goLive();
    const timeline = client.timeline(1);
    await timeline.load();
    const rows = mirror(timeline);
    const { key } = client.send(1, 'hello');
    expect(shownIn(timeline)).toEqual(['…hello']);
    await flush();
    expect(shownIn(timeline)).toEqual(['hello']);
    expect(timeline.entries[0]?.key).toBe(key);
    expect(rows()).toEqual(timeline.entries);
    expect(client.queuedCount).toBe(0);
  });
});
