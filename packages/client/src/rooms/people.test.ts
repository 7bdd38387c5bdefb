import { TYPING_SHOWN_MS } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { ME, MIRA } from '../../test/fake-rooms.ts';
import { createWorld, type World } from '../../test/world.ts';
import { TYPING_SEND_EVERY_MS } from './typing.ts';

const HAL = { userId: 3, username: 'Hal' };

async function liveWorld(): Promise<World> {
  const world = createWorld();
  world.server.get(1).members.push({ ...HAL, role: 'owner', state: 'offline' });
  await world.goLive();
  return world;
}

function names({ client }: World): string[] {
  return client.people(1).map((person) => `${person.username} ${person.state} ${person.role}`);
}

describe('the members of a room', () => {
  it('are loaded at the first read, online first, then by name', async () => {
    const world = await liveWorld();
    expect(names(world)).toEqual([]);
    await world.flush();
    expect(world.changes).toContainEqual({ kind: 'people', roomId: 1 });
    expect(names(world)).toEqual(['juno online member', 'mira online member', 'Hal offline owner']);
    expect(world.server.http.count('GET /v1/rooms/1/members')).toBe(1);
  });

  it('follow presence, roles, kicks and leaves', async () => {
    const world = await liveWorld();
    names(world);
    await world.flush();
    world.server.socket.push({ type: 'presence', ...HAL, state: 'online' });
    world.server.socket.push({ type: 'presence', userId: 2, username: 'mira', state: 'offline' });
    await world.flush();
    expect(names(world)).toEqual(['Hal online owner', 'juno online member', 'mira offline member']);
    world.server.publish(1, {
      type: 'role',
      userId: 3,
      username: 'Hal',
      target: 2,
      targetUsername: 'mira',
      role: 'moderator',
    });
    world.server.publish(1, { type: 'kick', userId: 2, username: 'mira', target: 3, targetUsername: 'Hal' });
    await world.flush();
    expect(names(world)).toEqual(['juno online member', 'mira offline moderator']);
    world.server.publish(1, { type: 'leave', userId: 2, username: 'mira' });
    await world.flush();
    expect(names(world)).toEqual(['juno online member']);
  });

  it('[U2] have their new display name at once', async () => {
    const world = await liveWorld();
    names(world);
    await world.flush();
    const hal = () => world.client.people(1).find(({ userId }) => userId === HAL.userId);
    world.server.socket.push({ type: 'profile', ...HAL, displayName: 'Hal of the pier' });
    await world.flush();
    expect(hal()).toMatchObject({ ...HAL, displayName: 'Hal of the pier', role: 'owner' });
    world.server.socket.push({ type: 'profile', ...HAL });
    await world.flush();
    expect(hal()).not.toHaveProperty('displayName');
  });

  it('disappear when banned, and are marked while muted', async () => {
    const world = await liveWorld();
    names(world);
    await world.flush();
    const hal = () => world.client.people(1).find(({ userId }) => userId === HAL.userId);
    const act = {
      userId: MIRA.id,
      username: MIRA.username,
      target: HAL.userId,
      targetUsername: HAL.username,
    };
    world.server.publish(1, { type: 'mute', ...act, until: '2999-01-01T00:00:00.000Z' });
    await world.flush();
    expect(hal()?.mutedUntil).toBe('2999-01-01T00:00:00.000Z');
    world.server.publish(1, { type: 'mute', ...act });
    await world.flush();
    expect(hal()).not.toHaveProperty('mutedUntil');
    world.server.publish(1, { type: 'ban', ...act });
    await world.flush();
    expect(hal()).toBeUndefined();
  });

  it('are reloaded after a join', async () => {
    const world = await liveWorld();
    names(world);
    await world.flush();
    world.server.get(1).members.push({ userId: 4, username: 'edda', role: 'member', state: 'online' });
    world.server.publish(1, { type: 'join', userId: 4, username: 'edda' });
    world.changes.length = 0;
    await world.flush();
    expect(world.changes).toContainEqual({ kind: 'people', roomId: 1 });
    names(world);
    await world.flush();
    expect(names(world)).toContain('edda online member');
  });

  it('are reloaded after a lost link, because presence was not reported meanwhile', async () => {
    const world = await liveWorld();
    names(world);
    await world.flush();
    world.server.socket.cut();
    const hal = world.server.get(1).members.find((member) => member.userId === 3);
    if (hal) hal.state = 'online';
    await world.waitForRedial();
    await world.acceptAndGoLive();
    names(world);
    await world.flush();
    expect(names(world)).toContain('Hal online owner');
  });

  it('are reloaded if an event arrived during the request', async () => {
    const world = await liveWorld();
    const open = world.server.http.hold();
    names(world);
    await world.flush();
    world.server.publish(1, { type: 'join', userId: 4, username: 'edda' });
    await world.flush();
    open();
    await world.flush();
    names(world);
    await world.flush();
    expect(world.server.http.count('GET /v1/rooms/1/members')).toBe(2);
  });

  it('do not reappear through an answer that is older than their leave', async () => {
    const world = await liveWorld();
    names(world);
    await world.flush();
    world.server.publish(1, { type: 'join', userId: 4, username: 'edda' });
    await world.flush();
    const open = world.server.http.hold();
    names(world);
    await world.flush();
    world.server.get(1).members.pop();
    world.server.publish(1, { type: 'leave', ...HAL });
    await world.flush();
    open();
    await world.flush();
    names(world);
    await world.flush();
    expect(names(world)).toEqual(['juno online member', 'mira online member']);
  });

  it('are requested again after an error', async () => {
    const world = await liveWorld();
    world.server.http.next('GET /v1/rooms/1/members', 'unavailable');
    names(world);
    await world.flush();
    names(world);
    await world.flush();
    expect(names(world)).toHaveLength(3);
  });
});

describe('typing', () => {
  const typing = (user: { userId: number; username: string }) =>
    ({ type: 'typing', roomId: 1, ...user }) as const;
  const MIRA_TYPES = typing({ userId: MIRA.id, username: MIRA.username });

  it('is shown until it expires, in the order in which people began, without the caller', async () => {
    const world = await liveWorld();
    world.server.socket.push(typing(HAL), MIRA_TYPES, typing({ userId: ME.id, username: ME.username }));
    await world.flush();
    expect(world.client.typing(1)).toEqual(['Hal', 'mira']);
    await world.clock.advance(TYPING_SHOWN_MS - 1);
    world.server.socket.push(MIRA_TYPES);
    world.server.socket.deliver();
    await world.clock.advance(1);
    expect(world.client.typing(1)).toEqual(['mira']);
    await world.clock.advance(TYPING_SHOWN_MS);
    expect(world.client.typing(1)).toEqual([]);
    expect(world.changes).toContainEqual({ kind: 'typing', roomId: 1 });
  });

  it('ends with the message, or when the person leaves', async () => {
    const world = await liveWorld();
    world.server.socket.push(MIRA_TYPES, typing(HAL));
    world.server.post(1, 'there it is');
    world.server.publish(1, { type: 'leave', ...HAL });
    await world.flush();
    expect(world.client.typing(1)).toEqual([]);
  });

  it('is sent again at once for the next message', async () => {
    const world = await liveWorld();
    world.client.sendTyping(1);
    world.client.send(1, 'done');
    world.client.sendTyping(1);
    expect(world.server.socket.toServer.filter(({ op }) => op === 'typing')).toHaveLength(2);
  });

  it('is sent at most every TYPING_SEND_EVERY_MS, and only on a link', async () => {
    const world = await liveWorld();
    const sentCount = () => world.server.socket.toServer.filter((command) => command.op === 'typing').length;
    world.client.sendTyping(1);
    world.client.sendTyping(1);
    expect(sentCount()).toBe(1);
    await world.clock.advance(TYPING_SEND_EVERY_MS);
    world.client.sendTyping(1);
    expect(sentCount()).toBe(2);
    world.client.stop();
    await world.clock.advance(TYPING_SEND_EVERY_MS);
    world.client.sendTyping(1);
    world.client.start();
    await world.acceptAndGoLive();
    world.client.sendTyping(1);
    expect(sentCount()).toBe(1);
  });
});
