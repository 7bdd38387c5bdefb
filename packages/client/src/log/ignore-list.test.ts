import { describe, expect, it } from 'vitest';
import { ME, MIRA } from '../../test/fake-rooms.ts';
import { liveWorld, mirror, shownIn, type World } from '../../test/world.ts';

const HAL = { id: 3, username: 'hal' };
const mira = { userId: MIRA.id, username: MIRA.username };
const hal = { userId: HAL.id, username: HAL.username };

async function ignore(world: World, on: boolean): Promise<void> {
  world.server.socket.push({ type: 'ignore', ...mira, on });
  await world.flush();
}

describe('[P6] an ignored person', () => {
  it('disappears from the log, and reappears when no longer ignored', async () => {
    const world = await liveWorld();
    const timeline = world.client.timeline(1);
    const rows = mirror(timeline);
    world.server.post(1, 'mine', ME);
    world.server.post(1, 'hers');
    await world.flush();
    expect(shownIn(timeline)).toEqual(['mine', 'hers']);
    await ignore(world, true);
    expect(world.client.ignored).toEqual([MIRA.id]);
    expect(world.changes).toContainEqual({ kind: 'ignored' });
    world.server.post(1, 'hers again');
    world.server.post(1, 'of another', HAL);
    await world.flush();
    expect(shownIn(timeline)).toEqual(['mine', 'of another']);
    expect(rows()).toEqual(timeline.entries);
    await ignore(world, false);
    expect(shownIn(timeline)).toEqual(['mine', 'hers', 'hers again', 'of another']);
    expect(rows()).toHaveLength(4);
  });

  it('adds no unread message, mention or typing notice', async () => {
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

  it('is not quoted in replies', async () => {
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

  it('hides a direct room, unless somebody else is in it', async () => {
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

  it('is known from welcome', async () => {
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
