import { PRESENCE_ROOM_MAX, TYPING_SHOWN_MS } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { ME, MIRA } from '../../test/fake-rooms.ts';
import { liveWorld, shownIn, type World } from '../../test/world.ts';
import { LARGE_ROOM_FRESH_MS } from '../rooms/people.ts';
import type { TimelinePatch } from '../types/log.ts';

const HAL = { id: 3, username: 'hal' };
const mira = { userId: MIRA.id, username: MIRA.username };
const hal = { userId: HAL.id, username: HAL.username };

async function ignore(world: World, on: boolean): Promise<void> {
  world.server.socket.push({ type: 'ignore', ...mira, on });
  await world.flush();
}

/** Follows patches as a hand-written list does. */
function mirror({ client }: World): { keys: string[] } {
  const timeline = client.timeline(1);
  const shown = { keys: timeline.entries.map(({ key }) => key) };
  const take: { [K in TimelinePatch['type']]: (patch: Extract<TimelinePatch, { type: K }>) => string[] } = {
    all: () => timeline.entries.map(({ key }) => key),
    append: ({ entries }) => [...shown.keys, ...entries.map(({ key }) => key)],
    prepend: ({ entries }) => [...entries.map(({ key }) => key), ...shown.keys],
    replace: ({ key, entry }) => shown.keys.map((each) => (each === key ? entry.key : each)),
    remove: ({ key }) => shown.keys.filter((each) => each !== key),
  };
  timeline.onPatch((patch) => {
    shown.keys = take[patch.type](patch as never);
  });
  return shown;
}

describe('[P6] who is ignored', () => {
  it('is not in the log, before and after, and is again once they are ignored no longer', async () => {
    const world = await liveWorld();
    const shown = mirror(world);
    world.server.post(1, 'mine', ME);
    world.server.post(1, 'hers');
    await world.flush();
    expect(shownIn(world.client.timeline(1))).toEqual(['mine', 'hers']);
    await ignore(world, true);
    expect(world.client.ignored).toEqual([MIRA.id]);
    expect(world.changes).toContainEqual({ kind: 'ignored' });
    world.server.post(1, 'hers again');
    world.server.post(1, 'of another', HAL);
    await world.flush();
    expect(shownIn(world.client.timeline(1))).toEqual(['mine', 'of another']);
    expect(shown.keys).toEqual(world.client.timeline(1).entries.map(({ key }) => key));
    await ignore(world, false);
    expect(shownIn(world.client.timeline(1))).toEqual(['mine', 'hers', 'hers again', 'of another']);
    expect(shown.keys).toHaveLength(4);
  });

  it('is nobody’s news: neither unread, nor a call, nor typing', async () => {
    const world = await liveWorld();
    await ignore(world, true);
    world.server.post(1, `${ME.username}: listen`);
    world.server.socket.push({ type: 'typing', roomId: 1, ...mira });
    await world.flush();
    expect(world.client.rooms[0]).toMatchObject({ unread: 0, mentions: 0 });
    expect(world.client.typing(1)).toEqual([]);
    world.server.post(1, `${ME.username}: and you`, HAL);
    await world.flush();
    expect(world.client.rooms[0]).toMatchObject({ unread: 1, mentions: 1 });
  });

  it('is not quoted where somebody answers them', async () => {
    const world = await liveWorld();
    const timeline = world.client.timeline(1);
    const seq = world.server.get(1).room.head;
    world.server.publish(1, {
      type: 'message',
      ...hal,
      id: 'answer-01',
      content: 'no',
      replyTo: seq,
      quote: { ...mira, line: 'is it?' },
    });
    await world.flush();
    const quoteOf = () => {
      const entry = timeline.entries.at(-1);
      return entry?.kind === 'message' ? entry.message.quote : undefined;
    };
    expect(quoteOf()?.line).toBe('is it?');
    await ignore(world, true);
    expect(quoteOf()).toBeUndefined();
  });

  it('does not bring a direct room of their making into the list, while others in it do', async () => {
    const world = await liveWorld({}, ({ server }) => {
      const self = { userId: ME.id, username: ME.username };
      Object.assign(server.addRoom(2, '').room, { kind: 'direct', people: [self, mira] });
      Object.assign(server.addRoom(3, '').room, { kind: 'direct', people: [self, mira, hal] });
    });
    const ids = () => world.client.rooms.map(({ id }) => id);
    expect(ids()).toEqual([1, 2, 3]);
    await ignore(world, true);
    expect(ids()).toEqual([1, 3]);
    await ignore(world, false);
    expect(ids()).toEqual([1, 2, 3]);
  });

  it('is known from the welcome on', async () => {
    const world = await liveWorld({}, ({ server }) => {
      server.ignored = [MIRA.id];
    });
    expect(world.client.ignored).toEqual([MIRA.id]);
    world.server.socket.cut();
    world.server.ignored = [];
    await world.waitForRedial();
    await world.acceptAndGoLive();
    expect(world.client.ignored).toEqual([]);
  });
});

describe('how people are', () => {
  it('[P2] away ones stand between, with what they said, which goes when they are back', async () => {
    const world = await liveWorld({}, ({ server }) => {
      server.get(1).members.push({ ...hal, role: 'member', state: 'online' });
    });
    const people = () =>
      world.client.people(1).map(({ username, state, awayMessage }) => [username, state, awayMessage]);
    people();
    await world.flush();
    world.server.socket.push({ type: 'presence', ...hal, state: 'away', awayMessage: 'at lunch' });
    world.server.socket.push({ type: 'presence', ...mira, state: 'offline' });
    await world.flush();
    expect(people()).toEqual([
      ['juno', 'online', undefined],
      ['hal', 'away', 'at lunch'],
      ['mira', 'offline', undefined],
    ]);
    world.server.socket.push({ type: 'presence', ...hal, state: 'online' });
    await world.flush();
    expect(people()[0]).toEqual(['hal', 'online', undefined]);
  });

  it('[P4] those of a large room are asked for anew when they are looked at a minute later', async () => {
    const world = await liveWorld({}, ({ server }) => {
      for (let i = 0; i <= PRESENCE_ROOM_MAX; i++) {
        server.get(1).members.push({ userId: 100 + i, username: `u${i}`, role: 'member', state: 'offline' });
      }
    });
    const look = async () => {
      world.client.people(1);
      await world.flush();
    };
    await look();
    await look();
    expect(world.server.http.count('GET /v1/rooms/1/members')).toBe(1);
    await world.clock.advance(LARGE_ROOM_FRESH_MS + 1);
    await look();
    expect(world.server.http.count('GET /v1/rooms/1/members')).toBe(2);
  });

  it('[P5] typing lasts as long as the server says', async () => {
    const world = await liveWorld();
    world.server.socket.push({ type: 'typing', roomId: 1, ...mira });
    await world.flush();
    expect(world.client.typing(1)).toEqual(['mira']);
    await world.clock.advance(TYPING_SHOWN_MS);
    expect(world.client.typing(1)).toEqual([]);
  });
});
