import type { Message, MessagePage } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { MIRA } from '../../test/fake-rooms.ts';
import { MemoryStorage } from '../../test/memory-storage.ts';
import { openRoom } from '../../test/scene.ts';
import { createWorld, mirror, shownIn, type World } from '../../test/world.ts';
import type { LogEntry } from '../types/log.ts';
import type { PageQuery } from '../types/messages-api.ts';
import { Pages } from './pages.ts';
import { RowList } from './row-list.ts';

/** Creates a live world whose room has messages `1` to `count`, with the newest page loaded. */
async function worldOf(count: number): Promise<World> {
  const world = createWorld();
  for (let seq = 1; seq <= count; seq++) world.server.post(1, String(seq));
  await world.goLive();
  await world.client.timeline(1).load();
  return world;
}

const ends = (rows: string[]) => [rows[0], rows.at(-1)];

describe('a jump to an older message', () => {
  it('loads the messages around it, and marks the gap after them with a hole row', async () => {
    const { client } = await worldOf(400);
    const timeline = client.timeline(1);
    const follow = mirror(timeline);
    await timeline.loadAround(100);
    const rows = shownIn(timeline);
    expect(rows.slice(0, 51)).toEqual([...Array.from({ length: 50 }, (_, index) => String(75 + index)), '?']);
    expect(ends(rows.slice(51))).toEqual(['351', '400']);
    expect(timeline.entries[50]).toMatchObject({ kind: 'hole', after: 124, before: 351 });
    expect(follow()).toEqual(timeline.entries);
  });

  it('fills the hole page by page until the two parts meet', async () => {
    const { client } = await worldOf(400);
    const timeline = client.timeline(1);
    await timeline.loadAround(100);
    await timeline.fillHole();
    expect(timeline.entries.find((row) => row.kind === 'hole')).toMatchObject({ after: 324 });
    await timeline.fillHole();
    const rows = shownIn(timeline);
    expect(rows).toEqual(Array.from({ length: 326 }, (_, index) => String(75 + index)));
    await timeline.fillHole();
    expect(timeline.entries).toHaveLength(326);
  });

  it('continues to older pages from there, down to the first message', async () => {
    const { client } = await worldOf(400);
    const timeline = client.timeline(1);
    await timeline.loadAround(100);
    while (timeline.hasOlder) await timeline.loadOlder();
    expect(shownIn(timeline).slice(0, 3)).toEqual(['1', '2', '3']);
    while (timeline.entries.some((row) => row.kind === 'hole')) await timeline.fillHole();
    expect(timeline.hasOlder).toBe(false);
    expect(shownIn(timeline)).toEqual(Array.from({ length: 400 }, (_, index) => String(index + 1)));
  });

  it('requests nothing for a loaded message, and leaves no hole if its page meets the loaded part', async () => {
    const { client, server } = await worldOf(400);
    const timeline = client.timeline(1);
    const requestCount = server.http.requests.length;
    await timeline.loadAround(360);
    expect(server.http.requests.length).toBe(requestCount);
    await timeline.loadAround(340);
    expect(ends(shownIn(timeline))).toEqual(['315', '400']);
    expect(shownIn(timeline)).not.toContain('?');
  });

  it('drops the part of an earlier jump, and keeps messages that arrived since', async () => {
    const world = await worldOf(400);
    const timeline = world.client.timeline(1);
    await timeline.loadAround(100);
    world.server.post(1, 'new');
    await world.flush();
    await timeline.loadAround(250);
    const rows = shownIn(timeline);
    expect(rows).not.toContain('100');
    expect(ends(rows)).toEqual(['225', 'new']);
  });

  it('leads to a part that edits change too', async () => {
    const world = await worldOf(400);
    const timeline = world.client.timeline(1);
    await timeline.loadAround(100);
    world.server.publish(1, { type: 'edit', userId: 2, username: 'mira', target: 100, content: 'better' });
    await world.flush();
    expect(shownIn(timeline)).toContain('better');
  });
});

it('a page of history contains the notices in its range, in order and once', async () => {
  const world = createWorld();
  const mira = { userId: MIRA.id, username: MIRA.username };
  world.server.store(1, { type: 'join', ...mira });
  for (let i = 1; i <= 60; i++) world.server.post(1, `old ${i}`);
  world.server.store(1, { type: 'topic', ...mira, topic: 'tides' });
  world.server.post(1, 'new');
  await world.goLive();
  const timeline = world.client.timeline(1);
  world.server.publish(1, { type: 'rename', ...mira, name: 'waves' });
  await world.flush();
  await timeline.load();
  expect(shownIn(timeline).slice(-3)).toEqual(['-topic', 'new', '-rename']);
  expect(shownIn(timeline)).not.toContain('-join');
  await timeline.loadOlder();
  expect(shownIn(timeline).slice(0, 2)).toEqual(['-join', 'old 1']);
  expect(timeline.entries).toHaveLength(64);
});

describe('history', () => {
  it('loads the newest page, then older ones, until none is left', async () => {
    const world = await openRoom(120);
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

  it('joins a page and live events without a duplicate or a gap', async () => {
    const world = await openRoom(3);
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

  it('is requested once for concurrent callers', async () => {
    const world = await openRoom(3);
    await Promise.all([world.timeline.load(), world.timeline.loadOlder(), world.timeline.load()]);
    expect(world.server.http.count('GET /v1/rooms/1/messages')).toBe(1);
    expect(world.shown()).toHaveLength(3);
  });

  it('[S3] confirms a pending send that a page contains', async () => {
    const storage = new MemoryStorage();
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

  it('rejects with the error, and loads by itself on the next link', async () => {
    const world = await openRoom(3);
    world.server.http.isDown = true;
    await expect(world.timeline.load()).rejects.toMatchObject({ code: 'unavailable' });
    world.server.http.isDown = false;
    world.server.socket.cut();
    await world.waitForRedial();
    await world.acceptAndGoLive();
    expect(world.shown()).toEqual(['old 1', 'old 2', 'old 3']);
  });

  it('rejects with the server\u2019s error for a room that is not followed', async () => {
    const world = await openRoom();
    world.server.http.next('GET /v1/rooms/7/messages', 'not_member');
    await expect(world.client.timeline(7).load()).rejects.toMatchObject({ code: 'not_member' });
  });

  it('is reloaded at the room\u2019s head if it was loaded before the room was followed', async () => {
    const world = createWorld();
    world.server.post(1, 'old');
    await world.client.login({ login: 'juno', password: 'correct horse' });
    const timeline = world.client.timeline(1);
    await timeline.load();
    expect(shownIn(timeline)).toEqual(['old']);
    world.server.post(1, 'newer');
    world.client.start();
    await world.acceptAndGoLive();
    expect(shownIn(timeline)).toEqual(['old', 'newer']);
  });
});

it('a reset while older messages are loading is followed by the newest page', async () => {
  const requests: PageQuery[] = [];
  const answers: ((page: MessagePage) => void)[] = [];
  const pages = new Pages({
    head: 400,
    list: new RowList(),
    loadPage(query) {
      requests.push(query);
      return new Promise((resolve) => answers.push(resolve));
    },
    rowsOf: () => [],
  });
  const answer = async (...seqs: number[]) => {
    const messages = seqs.map((seq) => ({ seq }) as Message);
    answers.shift()?.({ head: 400, messages, hasMore: true });
    await new Promise((resolve) => setImmediate(resolve));
  };
  const opened = pages.load();
  await answer(351, 400);
  await opened;
  const jumped = pages.loadAround(100);
  await new Promise((resolve) => setImmediate(resolve));
  pages.reset(500);
  await answer(75, 124);
  await jumped;
  expect(requests.map(({ before, around }) => before ?? around)).toEqual([401, 100, 501]);
});

it('[L11] pages with fewer messages than asked for are not taken for the end', async () => {
  const rowsOf = ({ messages }: MessagePage) =>
    messages.map((message): LogEntry => ({ kind: 'message', key: `${message.seq}`, message }) as LogEntry);
  const list = new RowList();
  const pages = new Pages({ head: 30, list, rowsOf, loadPage: async (query) => shortPage(query) });
  await pages.load();
  await pages.loadAround(10);
  await pages.fillHole();
  while (pages.hasOlder) await pages.loadOlder();
  while (list.rows.some(({ kind }) => kind === 'hole')) await pages.fillHole();
  expect(list.rows.map(({ key }) => Number(key))).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
});

/** Returns at most three of the messages 1 to 30, as a server does whose messages are long. */
function shortPage({ before = 31, after, around }: PageQuery): MessagePage {
  const first = around === undefined ? (after ?? Math.max(0, before - 4)) + 1 : around - 1;
  const last = after === undefined && around === undefined ? before - 1 : Math.min(30, first + 2);
  const seqs = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const hasMore = after === undefined ? first > 1 : last < 30;
  return { messages: seqs.map((seq) => ({ seq }) as Message), hasMore, head: 30 };
}
