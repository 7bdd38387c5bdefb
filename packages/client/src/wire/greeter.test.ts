import { describe, expect, it } from 'vitest';
import { createWorld, opsOn } from '../../test/world.ts';
import { LIVE_WAIT_MS } from './connection.ts';

describe('going live', () => {
  it('[A1] sends hello as the first frame, with the cursor of every joined room', async () => {
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

  it('[R1] waits until every room is confirmed', async () => {
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

  it('does not wait longer than LIVE_WAIT_MS for a room', async () => {
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

  it('[R1] resumes from the last applied seq and its epoch', async () => {
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

  it('asks for all rooms when it knows none', async () => {
    const world = createWorld();
    world.server.rooms.clear();
    await world.client.login({ login: 'juno', password: 'correct horse' });
    world.client.start();
    await world.clock.advance(0);
    world.server.socket.accept();
    expect(world.server.socket.toServer).toEqual([{ op: 'hello', token: 'token-1' }]);
  });

  it('names only as many rooms in hello as fit, and subscribes to the others after welcome', async () => {
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

  it('subscribes again to rooms that an earlier link did not reach', async () => {
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
    await world.waitForRedial();
    await world.acceptAndGoLive();
    world.server.post(300, 'far away');
    await world.flush();
    expect(world.client.rooms.at(-1)).toMatchObject({ id: 300, unread: 1 });
  });

  it('leaves rooms that are no longer joined, and finds new ones', async () => {
    const world = createWorld();
    await world.goLive();
    world.server.socket.cut();
    world.server.addRoom(2, 'harbour');
    world.server.get(1).room.joined = false;
    await world.clock.advance(1_000);
    await world.acceptAndGoLive();
    expect(world.client.rooms.map((room) => room.name)).toEqual(['harbour']);
    world.server.post(2, 'welcome');
    await world.flush();
    expect(world.client.rooms[0]?.unread).toBe(1);
  });
});
