import type { Room } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { ME, MIRA } from '../../test/fake-rooms.ts';
import { liveWorld, type World } from '../../test/world.ts';

function first({ client }: World): Room | undefined {
  return client.rooms[0];
}

function readsOn({ server }: World): number[] {
  return server.socket.toServer.flatMap((command) => (command.op === 'read' ? [command.seq] : []));
}

describe('unread counts', () => {
  it('start with the server\u2019s, then grow with others\u2019 messages', async () => {
    const world = await liveWorld({}, ({ server }) => {
      server.post(1, 'old');
      server.get(1).room.mentions = 1;
    });
    expect(first(world)).toMatchObject({ unread: 1, mentions: 1 });
    world.server.post(1, 'hello @juno!');
    world.server.post(1, 'junora is someone else');
    world.server.publish(1, { type: 'join', userId: 3, username: 'hal' });
    world.server.post(1, 'my own words', ME);
    await world.flush();
    expect(first(world)).toMatchObject({ unread: 3, mentions: 2 });
  });

  it('[N1] follow edits and deletions of messages that came over the link', async () => {
    const { server, client, flush } = await liveWorld();
    const { seq } = server.post(1, 'hello');
    const edit = (content: string, mentions: number[]) =>
      server.publish(1, {
        type: 'edit',
        userId: MIRA.id,
        username: MIRA.username,
        target: seq,
        content,
        mentions,
      });
    edit('hello @juno', [ME.id]);
    await flush();
    expect(client.rooms[0]).toMatchObject({ unread: 1, mentions: 1 });
    edit('hello', []);
    await flush();
    expect(client.rooms[0]).toMatchObject({ unread: 1, mentions: 0 });
    edit('hello @juno', [ME.id]);
    server.publish(1, { type: 'delete', userId: MIRA.id, username: MIRA.username, target: seq });
    await flush();
    expect(client.rooms[0]).toMatchObject({ unread: 1, mentions: 0 });
    expect(server.http.count('GET /v1/rooms/1')).toBe(0);
  });

  it('[N1] are requested again after an edit or deletion of a message that the server counted', async () => {
    const { server, client, flush } = await liveWorld({}, (world) => {
      world.server.post(1, 'old');
      world.server.get(1).room.mentions = 1;
    });
    server.get(1).room.mentions = 0;
    server.publish(1, { type: 'delete', userId: MIRA.id, username: MIRA.username, target: 1 });
    await flush();
    expect(client.rooms[0]).toMatchObject({ unread: 1, mentions: 0 });
    server.get(1).room.mentions = 1;
    const content = 'old @juno';
    server.publish(1, {
      type: 'edit',
      userId: MIRA.id,
      username: MIRA.username,
      target: 1,
      content,
      mentions: [ME.id],
    });
    await flush();
    expect(client.rooms[0]).toMatchObject({ unread: 1, mentions: 1 });
  });

  it('go down as the caller reads, and each mark is sent once', async () => {
    const world = await liveWorld({}, ({ server }) => {
      for (let i = 1; i <= 5; i++) server.post(1, `old ${i}`);
    });
    await world.client.timeline(1).load();
    world.client.markRead(1, 3);
    world.client.markRead(1, 3);
    world.client.markRead(1, 2);
    expect(first(world)?.unread).toBe(2);
    expect(readsOn(world)).toEqual([3]);
    world.client.markRead(1, 5);
    expect(first(world)?.unread).toBe(0);
    await world.flush();
    expect(world.server.get(1).mark).toBe(5);
  });

  it('go down when another device reads', async () => {
    const world = await liveWorld();
    world.server.post(1, 'one');
    world.server.post(1, 'two');
    await world.flush();
    world.server.socket.push({ type: 'read', roomId: 1, seq: 1 });
    await world.flush();
    expect(first(world)?.unread).toBe(1);
    world.server.socket.push({ type: 'read', roomId: 1, seq: 2 });
    await world.flush();
    expect(first(world)?.unread).toBe(0);
    expect(readsOn(world)).toEqual([]);
  });

  it('are requested again when another device reads messages that are not loaded here', async () => {
    const world = await liveWorld({}, ({ server }) => {
      for (let i = 1; i <= 5; i++) server.post(1, `old ${i}`);
    });
    world.server.get(1).mark = 4;
    world.server.socket.push({ type: 'read', roomId: 1, seq: 4 });
    await world.flush();
    expect(first(world)?.unread).toBe(1);
    expect(world.server.http.count('GET /v1/rooms/1')).toBe(1);
  });

  it('do not return with the next link, which sends the mark', async () => {
    const world = await liveWorld({}, ({ server }) => server.post(1, 'old'));
    world.server.socket.cut();
    world.client.markRead(1, 1);
    await world.waitForRedial();
    await world.acceptAndGoLive();
    expect(world.server.get(1).mark).toBe(1);
    expect(first(world)?.unread).toBe(0);
  });

  it('send no mark for a room that the caller has left', async () => {
    const world = await liveWorld({}, ({ server }) => server.addRoom(2, 'harbour'));
    world.server.post(1, 'one');
    world.server.post(2, 'two');
    await world.flush();
    world.client.markRead(1, 1);
    world.client.markRead(2, 1);
    await world.client.leaveRoom(2);
    world.server.socket.cut();
    await world.waitForRedial();
    world.server.socket.accept();
    world.server.read(world.server.socket);
    world.server.socket.deliver();
    const marks = world.server.socket.toServer.filter((command) => command.op === 'read');
    expect(marks).toEqual([{ op: 'read', roomId: 1, seq: 1 }]);
  });

  it('are correct after a replay of missed messages', async () => {
    const world = await liveWorld();
    world.server.socket.cut();
    for (let i = 0; i < 7; i++) world.server.post(1, `missed ${i}`);
    await world.waitForRedial();
    await world.acceptAndGoLive();
    expect(first(world)?.unread).toBe(7);
  });

  it('count a message once if an answer is ahead of the events', async () => {
    const world = await liveWorld();
    world.server.post(1, 'on its way');
    world.server.publish(1, { type: 'join', userId: 3, username: 'hal' });
    world.server.get(1).room.members = 3;
    await world.client.joinRoom(1);
    expect(first(world)).toMatchObject({ unread: 1, members: 3 });
    await world.flush();
    expect(first(world)).toMatchObject({ unread: 1, members: 3 });
  });
});
