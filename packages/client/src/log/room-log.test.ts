import type { RoomEvent, ServerEvent } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { ME, MIRA } from '../../test/fake-rooms.ts';
import { deliver, messageEvent, openRoom, subscribedAfter } from '../../test/scene.ts';
import { RoomLog } from './room-log.ts';

describe('the caller\u2019s own send', () => {
  it('keeps its row if nobody else wrote in between', async () => {
    const world = await openRoom();
    const { key } = world.client.send(1, 'mine');
    world.patches.length = 0;
    await world.flush();
    expect(world.patches).toMatchObject([{ type: 'replace', key, entry: { kind: 'message', key } }]);
  });

  it('keeps its row if it is the first of several pending ones', async () => {
    const world = await openRoom();
    const { key } = world.client.send(1, 'first');
    world.client.send(1, 'second');
    world.patches.length = 0;
    world.server.read(world.server.socket, 1);
    world.server.socket.deliver();
    expect(world.patches).toMatchObject([{ type: 'replace', key }]);
    expect(world.shown()).toEqual(['first', '…second']);
  });

  it('follows messages that came before it was stored, and does not move again', async () => {
    const world = await openRoom();
    const { key } = world.client.send(1, 'mine');
    world.server.post(1, 'theirs');
    world.server.socket.deliver();
    expect(world.shown()).toEqual(['theirs', '…mine']);
    expect(world.patches.map((patch) => patch.type)).toEqual(['append', 'replace', 'remove', 'append']);
    world.patches.length = 0;
    await world.flush();
    expect(world.patches).toMatchObject([{ type: 'replace', key }]);
    expect(world.shown()).toEqual(['theirs', 'mine']);
    expect(world.mirrored()).toEqual(world.shown());
  });

  it('[O2] is ordered by seq when its answer overtakes earlier messages', async () => {
    const world = await openRoom();
    const { id, key } = world.client.send(1, 'mine');
    deliver(world, { type: 'ok', id, roomId: 1, seq: 3, at: '2026-01-01T00:00:03.000Z' });
    expect(world.shown()).toEqual(['mine']);
    deliver(world, messageEvent(1));
    expect(world.shown()).toEqual(['live 1', 'mine']);
    deliver(world, messageEvent(2), {
      ...messageEvent(3),
      userId: ME.id,
      username: ME.username,
      content: 'mine',
      id,
    } as RoomEvent);
    expect(world.shown()).toEqual(['live 1', 'live 2', 'mine']);
    deliver(world, messageEvent(4));
    expect(world.shown()).toEqual(['live 1', 'live 2', 'mine', 'live 4']);
    expect(world.timeline.entries[2]?.key).toBe(key);
    expect(world.mirrored()).toEqual(world.shown());
    expect(world.client.queuedCount).toBe(0);
  });

  it('is confirmed by its event, and its later answer changes nothing', async () => {
    const world = await openRoom();
    world.client.send(1, 'mine');
    world.server.read(world.server.socket);
    world.server.socket.deliver(1);
    expect(world.shown()).toEqual(['mine']);
    world.patches.length = 0;
    world.server.socket.deliver();
    expect(world.patches).toEqual([]);
  });

  it('is ordered by seq when a later send was stored first', async () => {
    const world = await openRoom();
    const first = world.client.send(1, 'first');
    const second = world.client.send(1, 'second');
    deliver(world, { type: 'ok', id: second.id, roomId: 1, seq: 2 });
    expect(world.shown()).toEqual(['second', '…first']);
    deliver(world, { type: 'ok', id: first.id, roomId: 1, seq: 1 });
    expect(world.shown()).toEqual(['first', 'second']);
    expect(world.mirrored()).toEqual(world.shown());
  });

  it('from another device is an ordinary row', async () => {
    const world = await openRoom();
    world.server.post(1, 'from my phone', ME);
    await world.flush();
    expect(world.timeline.entries).toMatchObject([{ kind: 'message', key: 'm:post-from my phone' }]);
  });
});

describe('events', () => {
  it('become notices: joins, leaves, kicks, roles, topics and names', async () => {
    const world = await openRoom();
    const mira = { userId: MIRA.id, username: MIRA.username };
    const target = { target: 3, targetUsername: 'hal' };
    world.server.publish(1, { type: 'join', ...mira });
    world.server.publish(1, { type: 'role', ...mira, ...target, role: 'moderator' });
    world.server.publish(1, { type: 'topic', ...mira, topic: 'water' });
    world.server.publish(1, { type: 'rename', ...mira, name: 'waves' });
    world.server.publish(1, { type: 'kick', ...mira, ...target });
    world.server.publish(1, { type: 'leave', ...mira });
    await world.flush();
    expect(world.shown()).toEqual(['-join', '-role', '-topic', '-rename', '-kick', '-leave']);
    expect(world.timeline.entries[0]?.key).toBe('s:1:1');
  });

  it('advance the cursor and show nothing if their type is unknown', async () => {
    const world = await openRoom();
    deliver(world, { ...messageEvent(1), type: 'poll' } as unknown as ServerEvent, messageEvent(2));
    expect(world.shown()).toEqual(['live 2']);
    expect(subscribedAfter(world)).toEqual([]);
  });

  it('become one patch per frame', async () => {
    const world = await openRoom();
    deliver(world, messageEvent(1), messageEvent(2), messageEvent(3));
    expect(world.patches).toHaveLength(1);
    expect(world.patches).toMatchObject([{ type: 'append', entries: [{}, {}, {}] }]);
  });
});

describe('a page that is ahead of the events', () => {
  const fact = { roomId: 1, userId: 2, username: 'mira', at: '2026-01-01T00:00:00.000Z' };
  const react = (seq: number, target: number): RoomEvent => ({
    ...fact,
    ...{ type: 'react', seq, target, emoji: '👍', on: true },
  });

  it('counts its reactions once, and adds later ones', async () => {
    const log = new RoomLog({
      ...{ roomId: 1, head: 5, ownUserId: () => ME.id, onOwnMessage: () => {} },
      loadPage: async () => ({
        messages: [
          { ...fact, seq: 3, id: 'id-3', content: 'as of 7', reactions: [{ emoji: '👍', count: 2 }] },
          { ...fact, seq: 4, id: 'id-4', content: 'and', replyTo: 3 },
        ],
        hasMore: false,
        head: 7,
      }),
    });
    await log.timeline.load();
    const shown = () =>
      log.timeline.entries.map(
        (row) => row.kind === 'message' && [row.message.content, row.message.reactions?.[0]?.count],
      );
    log.apply(react(6, 3));
    log.apply({ ...fact, type: 'edit', seq: 7, target: 3, content: 'as of 7, late' });
    expect(shown()).toEqual([
      ['as of 7', 2],
      ['and', undefined],
    ]);
    log.apply(react(8, 3));
    log.apply({ ...fact, type: 'edit', seq: 9, target: 4, content: 'then' });
    expect(shown()).toEqual([
      ['as of 7', 3],
      ['then', undefined],
    ]);
  });
});

describe('a reset', () => {
  it('[R2] drops the rows, keeps pending ones, and loads the newest page', async () => {
    const world = await openRoom(2);
    await world.timeline.load();
    world.server.socket.cut();
    world.client.send(1, 'waiting');
    world.server.get(1).log.splice(0, 2);
    world.server.post(1, 'another history');
    world.server.epoch = 'epoch-2';
    world.server.rejections.push('unavailable');
    await world.waitForRedial();
    await world.acceptAndGoLive();
    expect(world.shown()).toEqual(['another history', '…waiting']);
    expect(world.patches).toContainEqual({ type: 'all' });
    expect(world.timeline.hasOlder).toBe(false);
    expect(world.mirrored()).toEqual(world.shown());
    expect(world.client.rooms[0]).toMatchObject({ head: 1, unread: 1 });
    await world.clock.advance(2_000);
    await world.flush();
    expect(world.shown()).toEqual(['another history', 'waiting']);
  });

  it('[R2] discards a page that was requested before it', async () => {
    const world = await openRoom(2);
    const open = world.server.http.hold();
    const loading = world.timeline.load();
    await world.clock.advance(0);
    world.server.get(1).log.splice(0, 2);
    world.server.post(1, 'another history');
    deliver(
      world,
      { type: 'reset', roomId: 1, head: 1, reason: 'epoch' },
      { type: 'live', roomId: 1, head: 1 },
    );
    open();
    await loading;
    expect(world.shown()).toEqual(['another history']);
  });
});
