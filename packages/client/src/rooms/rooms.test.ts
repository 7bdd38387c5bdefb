import type { Room } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { ME, MIRA } from '../../test/fake-rooms.ts';
import { liveWorld, shownIn, type World } from '../../test/world.ts';

const mira = { userId: MIRA.id, username: MIRA.username };

function first({ client }: World): Room | undefined {
  return client.rooms[0];
}

describe('the list of rooms', () => {
  it('contains the joined rooms in the order of joining', async () => {
    const world = await liveWorld({}, ({ server }) => {
      server.addRoom(2, 'not mine', false);
      server.addRoom(3, 'harbour');
    });
    await world.client.joinRoom(2);
    expect(world.client.rooms.map((room) => room.name)).toEqual(['tides', 'harbour', 'not mine']);
    world.server.post(2, 'hello');
    await world.flush();
    expect(world.client.rooms[2]?.unread).toBe(1);
  });

  it('follows name, topic, role and number of members', async () => {
    const world = await liveWorld();
    world.server.publish(1, { type: 'join', userId: 3, username: 'hal' });
    world.server.publish(1, { type: 'topic', ...mira, topic: 'water' });
    world.server.publish(1, { type: 'rename', ...mira, name: 'waves' });
    await world.flush();
    expect(first(world)).toMatchObject({
      name: 'waves',
      topic: 'water',
      members: 3,
      head: 3,
      role: 'member',
    });
    world.server.get(1).room.role = 'moderator';
    world.server.get(1).room.members = 2;
    world.server.publish(1, { type: 'leave', userId: 3, username: 'hal' });
    world.server.publish(1, {
      type: 'role',
      ...mira,
      target: ME.id,
      targetUsername: ME.username,
      role: 'moderator',
    });
    await world.flush();
    expect(first(world)).toMatchObject({ members: 2, role: 'moderator' });
  });

  it('follows slow mode, and whether a room is archived', async () => {
    const world = await liveWorld();
    world.server.publish(1, { type: 'slow', ...mira, seconds: 30 });
    world.server.publish(1, { type: 'archive', ...mira });
    await world.flush();
    expect(first(world)).toMatchObject({ slowSeconds: 30, archivedAt: expect.any(String) });
    world.server.publish(1, { type: 'restore', ...mira });
    world.server.publish(1, { type: 'slow', ...mira, seconds: 0 });
    await world.flush();
    expect(first(world)).not.toHaveProperty('slowSeconds');
    expect(first(world)).not.toHaveProperty('archivedAt');
  });

  it('reloads a room after a ban, whose target may not have been a member', async () => {
    const world = await liveWorld();
    const { members } = world.server.get(1).room;
    world.server.publish(1, { type: 'ban', ...mira, target: 99, targetUsername: 'nobody' });
    await world.flush();
    expect(first(world)?.members).toBe(members);
    expect(world.server.http.count('GET /v1/rooms/1')).toBe(1);
  });

  it('[A3] loses a room after a ban', async () => {
    const world = await liveWorld();
    world.server.publish(1, { type: 'ban', ...mira, target: ME.id, targetUsername: ME.username });
    await world.flush();
    expect(world.client.rooms).toEqual([]);
  });

  it('follows the caller\u2019s settings, made here or on another device', async () => {
    const world = await liveWorld();
    world.server.socket.push({ type: 'settings', roomId: 1, hideJoins: true });
    await world.flush();
    expect(first(world)?.hideJoins).toBe(true);
    world.server.socket.push({ type: 'settings', roomId: 1, hideJoins: false });
    await world.flush();
    expect(first(world)).not.toHaveProperty('hideJoins');
  });

  it('reports a change of the reports to moderators', async () => {
    const world = await liveWorld();
    const about = { userId: 3, username: 'hal', at: '2026-01-01T00:00:00.000Z', content: 'spam' };
    const filed = {
      id: 8,
      roomId: 1,
      seq: 2,
      ...mira,
      reason: 'x',
      at: about.at,
      state: 'open',
      about,
    } as const;
    world.changes.length = 0;
    world.server.socket.push({ type: 'report', roomId: 1, report: filed });
    await world.flush();
    expect(world.changes).toEqual([{ kind: 'reports', roomId: 1 }]);
  });

  it('[C3] finds a direct room that somebody else opened, at its first event', async () => {
    const world = await liveWorld();
    world.server.addRoom(7, '');
    world.server.get(7).room.kind = 'direct';
    const join = { type: 'join', userId: ME.id, username: ME.username } as const;
    world.server.socket.push(world.server.store(7, join));
    await world.flush();
    expect(world.client.rooms.map(({ id, kind }) => [id, kind])).toContainEqual([7, 'direct']);
  });

  it('[A3] loses a room after a kick, and keeps its log', async () => {
    const world = await liveWorld();
    const timeline = world.client.timeline(1);
    world.server.post(1, 'before');
    await world.flush();
    world.changes.length = 0;
    world.server.publish(1, { type: 'kick', ...mira, target: ME.id, targetUsername: ME.username });
    await world.flush();
    expect(world.client.rooms).toEqual([]);
    expect(world.changes).toContainEqual({ kind: 'rooms' });
    expect(shownIn(timeline)).toEqual(['before', '-kick']);
    // A listener for the removal already knows the list without the room.
    const kinds = world.changes.map(({ kind }) => kind);
    expect(kinds.lastIndexOf('removed')).toBeGreaterThan(kinds.lastIndexOf('rooms'));
    expect(world.client.people(1)).toEqual([]);
  });

  it('loses a room after leaving it here or on another device', async () => {
    const world = await liveWorld({}, ({ server }) => server.addRoom(2, 'harbour'));
    await world.client.leaveRoom(2);
    expect(world.client.rooms).toHaveLength(1);
    world.server.get(1).room.joined = false;
    world.server.publish(1, { type: 'leave', userId: ME.id, username: ME.username });
    await world.flush();
    expect(world.client.rooms).toEqual([]);
  });

  it('finds a room that was joined on another device, at its first event', async () => {
    const world = await liveWorld();
    world.server.addRoom(2, 'harbour');
    const [event] = [world.server.store(2, { type: 'join', userId: ME.id, username: ME.username })];
    world.server.socket.push(event);
    await world.flush();
    expect(world.client.rooms.map((room) => room.name)).toEqual(['tides', 'harbour']);
    world.server.post(2, 'welcome');
    await world.flush();
    expect(world.client.rooms[1]).toMatchObject({ unread: 1, head: 2 });
  });

  it('starts a room again that the caller leaves and joins', async () => {
    const world = await liveWorld();
    const timeline = world.client.timeline(1);
    world.server.post(1, 'one');
    await world.flush();
    await world.client.leaveRoom(1);
    world.server.post(1, 'missed');
    await world.client.joinRoom(1);
    await timeline.load();
    world.server.post(1, 'back');
    await world.flush();
    expect(shownIn(timeline).filter((row) => !row.startsWith('-'))).toEqual(['one', 'missed', 'back']);
  });

  it('does not regain a room through an answer that is older than a kick', async () => {
    const world = await liveWorld({}, ({ server }) => server.addRoom(2, 'harbour'));
    const open = world.server.http.hold();
    world.server.publish(2, {
      type: 'role',
      ...mira,
      target: MIRA.id,
      targetUsername: 'mira',
      role: 'owner',
    });
    await world.flush();
    world.server.publish(2, { type: 'kick', ...mira, target: ME.id, targetUsername: ME.username });
    await world.flush();
    open();
    await world.clock.advance(0);
    expect(world.server.socket.toServer).toEqual([]);
    expect(world.client.rooms.map((room) => room.name)).toEqual(['tides']);
  });

  it('keeps the effect of events when an older answer comes after them', async () => {
    const world = await liveWorld();
    const open = world.server.http.hold();
    world.server.publish(1, {
      type: 'role',
      ...mira,
      target: MIRA.id,
      targetUsername: 'mira',
      role: 'owner',
    });
    await world.flush();
    world.server.publish(1, { type: 'topic', ...mira, topic: 'water' });
    await world.flush();
    open();
    await world.flush();
    expect(first(world)).toMatchObject({ topic: 'water', head: 2 });
  });

  it('is empty for another person, who gets a new link with their token', async () => {
    const world = await liveWorld();
    const grant = { user: { id: 9, username: 'hal' }, accessToken: 'token-hal', expiresIn: 600 };
    world.server.http.next('POST /v1/auth/login', grant);
    await world.client.login({ login: 'hal', password: 'correct horse' });
    expect(world.client.rooms).toEqual([]);
    await world.waitForRedial();
    await world.clock.advance(0);
    world.server.socket.accept();
    expect(world.server.sockets).toHaveLength(2);
    expect(world.server.socket.toServer).toMatchObject([{ op: 'hello', token: 'token-hal' }]);
  });

  it('reports each change once per frame', async () => {
    const world = await liveWorld();
    world.changes.length = 0;
    for (let i = 0; i < 5; i++)
      world.server.store(1, { type: 'message', ...mira, content: `${i}`, id: `many-${i}` });
    world.server.socket.push(...world.server.get(1).log);
    world.server.socket.deliver();
    expect(world.changes).toEqual([{ kind: 'rooms' }]);
  });
});
