import type { RoomEvent, ServerEvent } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { ME, MIRA } from '../test/fake-server.ts';
import { createMemoryStorage } from '../test/memory-storage.ts';
import { createWorld, mirror, shownIn, type World } from '../test/world.ts';
import { createRoomLog } from './timeline.ts';
import type { Timeline, TimelinePatch } from './types.ts';

type Scene = World & {
  timeline: Timeline;
  patches: TimelinePatch[];
  shown(): string[];
  mirrored(): string[];
};

/** A live world with room 1 opened, and `posts` messages in it from before. */
async function scene(posts = 0): Promise<Scene> {
  const world = createWorld();
  for (let i = 1; i <= posts; i++) world.server.post(1, `old ${i}`);
  await world.goLive();
  const timeline = world.client.timeline(1);
  const patches: TimelinePatch[] = [];
  timeline.onPatch((patch) => patches.push(patch));
  const rows = mirror(timeline);
  const shown = () => shownIn(timeline);
  return { ...world, timeline, patches, shown, mirrored: () => shownIn({ ...timeline, entries: rows() }) };
}

/** Gives the client events as the server would. */
function hear({ server }: World, ...events: ServerEvent[]): void {
  server.socket.say(...events);
  server.socket.deliver();
}

/** A message by mira that the fake server knows nothing of. */
function told(seq: number): RoomEvent {
  const at = '2026-01-01T00:00:00.000Z';
  return {
    type: 'message',
    roomId: 1,
    seq,
    at,
    userId: 2,
    username: 'mira',
    content: `live ${seq}`,
    id: `id-${seq}`,
  };
}

function seqsAsked({ server }: World): (number | undefined)[] {
  return server.socket.toServer.map((command) => (command.op === 'subscribe' ? command.after : undefined));
}

it('a page of history shows what else happened, in its place, and nothing twice', async () => {
  const world = createWorld();
  const mira = { userId: MIRA.id, username: MIRA.username };
  world.server.store(1, { type: 'join', ...mira });
  for (let i = 1; i <= 60; i++) world.server.post(1, `old ${i}`);
  world.server.store(1, { type: 'topic', ...mira, topic: 'tides' });
  world.server.post(1, 'new');
  await world.goLive();
  const timeline = world.client.timeline(1);
  world.server.fact(1, { type: 'rename', ...mira, name: 'waves' });
  await world.flush();
  await timeline.load();
  expect(shownIn(timeline).slice(-3)).toEqual(['-topic', 'new', '-rename']);
  expect(shownIn(timeline)).not.toContain('-join');
  await timeline.loadOlder();
  expect(shownIn(timeline).slice(0, 2)).toEqual(['-join', 'old 1']);
  expect(timeline.entries).toHaveLength(64);
});

describe('an own send and others\u2019 messages', () => {
  it('keeps its row when nobody else wrote in between', async () => {
    const world = await scene();
    const { key } = world.client.send(1, 'mine');
    world.patches.length = 0;
    await world.flush();
    expect(world.patches).toMatchObject([{ type: 'replace', key, entry: { kind: 'message', key } }]);
  });

  it('keeps its row when it is the first of several that wait', async () => {
    const world = await scene();
    const { key } = world.client.send(1, 'first');
    world.client.send(1, 'second');
    world.patches.length = 0;
    world.server.read(world.server.socket, 1);
    world.server.socket.deliver();
    expect(world.patches).toMatchObject([{ type: 'replace', key }]);
    expect(world.shown()).toEqual(['first', '…second']);
  });

  it('stands after messages that came before it was stored, and moves no further', async () => {
    const world = await scene();
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

  it('[O2] is put in its place by seq when its answer overtakes what others wrote before it', async () => {
    const world = await scene();
    const { id, key } = world.client.send(1, 'mine');
    hear(world, { type: 'ok', id, roomId: 1, seq: 3, at: '2026-01-01T00:00:03.000Z' });
    expect(world.shown()).toEqual(['mine']);
    hear(world, told(1));
    expect(world.shown()).toEqual(['live 1', 'mine']);
    hear(world, told(2), {
      ...told(3),
      userId: ME.id,
      username: ME.username,
      content: 'mine',
      id,
    } as RoomEvent);
    expect(world.shown()).toEqual(['live 1', 'live 2', 'mine']);
    hear(world, told(4));
    expect(world.shown()).toEqual(['live 1', 'live 2', 'mine', 'live 4']);
    expect(world.timeline.entries[2]?.key).toBe(key);
    expect(world.mirrored()).toEqual(world.shown());
    expect(world.client.queuedCount).toBe(0);
  });

  it('is settled by its event before its answer, which then changes nothing', async () => {
    const world = await scene();
    world.client.send(1, 'mine');
    world.server.read(world.server.socket);
    world.server.socket.deliver(1);
    expect(world.shown()).toEqual(['mine']);
    world.patches.length = 0;
    world.server.socket.deliver();
    expect(world.patches).toEqual([]);
  });

  it('stands where its seq belongs when a later one was stored first', async () => {
    const world = await scene();
    const first = world.client.send(1, 'first');
    const second = world.client.send(1, 'second');
    hear(world, { type: 'ok', id: second.id, roomId: 1, seq: 2 });
    expect(world.shown()).toEqual(['second', '…first']);
    hear(world, { type: 'ok', id: first.id, roomId: 1, seq: 1 });
    expect(world.shown()).toEqual(['first', 'second']);
    expect(world.mirrored()).toEqual(world.shown());
  });

  it('comes from another device as an ordinary row', async () => {
    const world = await scene();
    world.server.post(1, 'from my phone', ME);
    await world.flush();
    expect(world.timeline.entries).toMatchObject([{ kind: 'message', key: 'm:post-from my phone' }]);
  });
});

describe('events', () => {
  it('[O2] [R1] are shown once, whatever is said twice', async () => {
    const world = await scene();
    hear(world, told(1), told(2));
    hear(world, told(2), told(1), told(3));
    expect(world.shown()).toEqual(['live 1', 'live 2', 'live 3']);
    expect(seqsAsked(world)).toEqual([]);
  });

  it('[R1] wait behind a gap, which is asked for once, from the last one applied', async () => {
    const world = await scene();
    hear(world, told(1), told(4), told(5));
    expect(world.shown()).toEqual(['live 1']);
    expect(seqsAsked(world)).toEqual([1]);
    hear(world, told(2), told(3));
    expect(world.shown()).toEqual(['live 1', 'live 2', 'live 3', 'live 4', 'live 5']);
  });

  it('[R1] are asked for again when the room went on beyond what was replayed', async () => {
    const world = await scene();
    hear(world, told(1), told(4));
    hear(world, told(2), { type: 'live', roomId: 1, head: 4 });
    expect(seqsAsked(world)).toEqual([1, 2]);
    hear(world, { type: 'live', roomId: 1, head: 4 });
    expect(seqsAsked(world)).toEqual([1, 2]);
  });

  it('[R3] are asked for when a ping tells of a head that was never reached', async () => {
    const world = await scene();
    world.server.store(1, {
      type: 'message',
      userId: 2,
      username: 'mira',
      content: 'lost',
      id: 'lost-message',
    });
    world.server.ping(world.server.socket);
    await world.flush();
    expect(world.shown()).toEqual(['lost']);
    world.server.ping(world.server.socket);
    world.server.socket.deliver();
    expect(seqsAsked(world)).toEqual([undefined]);
  });

  it('are asked for again after a refusal that may pass', async () => {
    const world = await scene();
    hear(world, told(2));
    const [subscribe] = world.server.socket.toServer.splice(0);
    const id = subscribe?.op === 'subscribe' ? subscribe.id : '';
    hear(world, { type: 'error', id, code: 'unavailable', message: 'no store', retryAfterMs: 3_000 });
    await world.clock.advance(2_999);
    expect(seqsAsked(world)).toEqual([]);
    await world.clock.advance(1);
    expect(seqsAsked(world)).toEqual([0]);
  });

  it('[R1] are asked for again on a fresh line when the old one was cut before they came', async () => {
    const world = await scene();
    world.server.store(1, {
      type: 'message',
      userId: 2,
      username: 'mira',
      content: 'lost',
      id: 'lost-message',
    });
    world.server.post(1, 'beyond');
    world.server.socket.deliver();
    expect(seqsAsked(world)).toEqual([0]);
    world.server.socket.cut();
    await world.redial();
    await world.comeBack();
    expect(world.shown()).toEqual(['lost', 'beyond']);
    hear(world, told(4));
    expect(seqsAsked(world)).toEqual([2]);
  });

  it('end with the room when following it is refused for good', async () => {
    const world = await scene();
    hear(world, told(2));
    const [subscribe] = world.server.socket.toServer.splice(0);
    const id = subscribe?.op === 'subscribe' ? subscribe.id : '';
    hear(world, { type: 'error', id, code: 'not_member', message: 'no' });
    expect(world.client.rooms).toEqual([]);
  });

  it('show joins, leaves, kicks, roles, topics and names as notices', async () => {
    const world = await scene();
    const mira = { userId: MIRA.id, username: MIRA.username };
    const target = { target: 3, targetUsername: 'hal' };
    world.server.fact(1, { type: 'join', ...mira });
    world.server.fact(1, { type: 'role', ...mira, ...target, role: 'moderator' });
    world.server.fact(1, { type: 'topic', ...mira, topic: 'water' });
    world.server.fact(1, { type: 'rename', ...mira, name: 'waves' });
    world.server.fact(1, { type: 'kick', ...mira, ...target });
    world.server.fact(1, { type: 'leave', ...mira });
    await world.flush();
    expect(world.shown()).toEqual(['-join', '-role', '-topic', '-rename', '-kick', '-leave']);
    expect(world.timeline.entries[0]?.key).toBe('s:1:1');
  });

  it('of a kind that only a newer server knows move the cursor and show nothing', async () => {
    const world = await scene();
    hear(world, { ...told(1), type: 'poll' } as unknown as ServerEvent, told(2));
    expect(world.shown()).toEqual(['live 2']);
    expect(seqsAsked(world)).toEqual([]);
  });

  it('of one frame come as one patch', async () => {
    const world = await scene();
    hear(world, told(1), told(2), told(3));
    expect(world.patches).toHaveLength(1);
    expect(world.patches).toMatchObject([{ type: 'append', entries: [{}, {}, {}] }]);
  });
});

describe('history', () => {
  it('loads the newest page, then older ones, until there is none', async () => {
    const world = await scene(120);
    await world.timeline.load();
    expect(world.shown()).toEqual(Array.from({ length: 50 }, (_, i) => `old ${i + 71}`));
    expect(world.timeline.hasOlder).toBe(true);
    await world.timeline.loadOlder();
    await world.timeline.loadOlder();
    expect(world.timeline.hasOlder).toBe(false);
    expect(world.shown()).toEqual(Array.from({ length: 120 }, (_, i) => `old ${i + 1}`));
    expect(world.mirrored()).toEqual(world.shown());
    const calls = world.server.http.count('GET /v1/rooms/1/messages');
    await world.timeline.loadOlder();
    await world.timeline.load();
    expect(world.server.http.count('GET /v1/rooms/1/messages')).toBe(calls);
  });

  it('meets what came live in between without a double and without a hole', async () => {
    const world = await scene(3);
    world.server.post(1, 'live');
    await world.flush();
    const open = world.server.http.hold();
    const loading = world.timeline.load();
    expect(world.timeline.isLoading).toBe(true);
    world.server.post(1, 'while loading');
    await world.flush();
    open();
    await loading;
    expect(world.timeline.isLoading).toBe(false);
    expect(world.shown()).toEqual(['old 1', 'old 2', 'old 3', 'live', 'while loading']);
    expect(world.mirrored()).toEqual(world.shown());
  });

  it('is asked for once by however many ask at a time', async () => {
    const world = await scene(3);
    await Promise.all([world.timeline.load(), world.timeline.loadOlder(), world.timeline.load()]);
    expect(world.server.http.count('GET /v1/rooms/1/messages')).toBe(1);
    expect(world.shown()).toHaveLength(3);
  });

  it('[S3] shows as stored what still waits here, and then it waits no more', async () => {
    const storage = createMemoryStorage();
    const before = createWorld({ storage });
    await before.goLive();
    before.client.send(1, 'mine');
    before.server.read(before.server.socket);
    before.client.stop();

    const after = createWorld({ storage, server: before.server });
    await after.client.restore();
    const timeline = after.client.timeline(1);
    const rows = mirror(timeline);
    expect(shownIn(timeline)).toEqual(['…mine']);
    await timeline.load();
    expect(shownIn(timeline)).toEqual(['mine']);
    expect(rows()).toEqual(timeline.entries);
    expect(after.client.queuedCount).toBe(0);
    expect(storage.size).toBe(0);
  });

  it('says why it cannot load, and loads by itself when the line is back', async () => {
    const world = await scene(3);
    world.server.http.setDown(true);
    await expect(world.timeline.load()).rejects.toMatchObject({ code: 'unavailable' });
    world.server.http.setDown(false);
    world.server.socket.cut();
    await world.redial();
    await world.comeBack();
    expect(world.shown()).toEqual(['old 1', 'old 2', 'old 3']);
  });

  it('of a room that is not followed is the server\u2019s to refuse', async () => {
    const world = await scene();
    world.server.http.next('GET /v1/rooms/7/messages', 'not_member');
    await expect(world.client.timeline(7).load()).rejects.toMatchObject({ code: 'not_member' });
  });

  it('loaded before the room was followed is loaded anew with its head', async () => {
    const world = createWorld();
    world.server.post(1, 'old');
    await world.client.login({ login: 'juno', password: 'correct horse' });
    const timeline = world.client.timeline(1);
    await timeline.load();
    expect(shownIn(timeline)).toEqual(['old']);
    world.server.post(1, 'newer');
    world.client.start();
    await world.comeBack();
    expect(shownIn(timeline)).toEqual(['old', 'newer']);
  });
});

describe('a page that is ahead of the events', () => {
  const fact = { roomId: 1, userId: 2, username: 'mira', at: '2026-01-01T00:00:00.000Z' };
  const react = (seq: number, target: number): RoomEvent => ({
    ...fact,
    ...{ type: 'react', seq, target, emoji: '👍', on: true },
  });

  it('has its reactions counted once, and those that come after it', async () => {
    const log = createRoomLog({
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
    await log.view.load();
    const shown = () =>
      log.view.entries.map(
        (row) => row.kind === 'message' && [row.message.content, row.message.reactions?.[0]?.count],
      );
    log.apply(react(6, 3));
    log.apply({ ...fact, type: 'edit', seq: 7, target: 3, content: 'as of 7, told late' });
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
  it('[R2] drops the copy, keeps what waits, and loads the newest page', async () => {
    const world = await scene(2);
    await world.timeline.load();
    world.server.socket.cut();
    world.client.send(1, 'waiting');
    world.server.get(1).log.splice(0, 2);
    world.server.post(1, 'another history');
    world.server.setEpoch('epoch-2');
    world.server.refusals.push('unavailable');
    await world.redial();
    await world.comeBack();
    expect(world.shown()).toEqual(['another history', '…waiting']);
    expect(world.patches).toContainEqual({ type: 'all' });
    expect(world.timeline.hasOlder).toBe(false);
    expect(world.mirrored()).toEqual(world.shown());
    expect(world.client.rooms[0]).toMatchObject({ head: 1, unread: 1 });
    await world.clock.advance(2_000);
    await world.flush();
    expect(world.shown()).toEqual(['another history', 'waiting']);
  });

  it('[R2] throws away a page that was asked for before it', async () => {
    const world = await scene(2);
    const open = world.server.http.hold();
    const loading = world.timeline.load();
    await world.clock.advance(0);
    world.server.get(1).log.splice(0, 2);
    world.server.post(1, 'another history');
    hear(world, { type: 'reset', roomId: 1, head: 1, reason: 'epoch' }, { type: 'live', roomId: 1, head: 1 });
    open();
    await loading;
    expect(world.shown()).toEqual(['another history']);
  });
});
