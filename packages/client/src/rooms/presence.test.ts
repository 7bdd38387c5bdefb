import { PRESENCE_ROOM_MAX, TYPING_SHOWN_MS } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { MIRA } from '../../test/fake-rooms.ts';
import { liveWorld } from '../../test/world.ts';
import { LARGE_ROOM_FRESH_MS } from './people.ts';

const mira = { userId: MIRA.id, username: MIRA.username };
const hal = { userId: 3, username: 'hal' };

describe('presence', () => {
  it('[P2] orders away people after online ones, with their message until they return', async () => {
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

  it('[P4] is reloaded in a large room at a read after LARGE_ROOM_FRESH_MS', async () => {
    const world = await liveWorld({}, ({ server }) => {
      for (let i = 0; i <= PRESENCE_ROOM_MAX; i++) {
        server.get(1).members.push({ userId: 100 + i, username: `u${i}`, role: 'member', state: 'offline' });
      }
    });
    const read = async () => {
      world.client.people(1);
      await world.flush();
    };
    await read();
    await read();
    expect(world.server.http.count('GET /v1/rooms/1/members')).toBe(1);
    await world.clock.advance(LARGE_ROOM_FRESH_MS + 1);
    await read();
    expect(world.server.http.count('GET /v1/rooms/1/members')).toBe(2);
  });

  it('[P5] shows typing for as long as the server says', async () => {
    const world = await liveWorld();
    world.server.socket.push({ type: 'typing', roomId: 1, ...mira });
    await world.flush();
    expect(world.client.typing(1)).toEqual(['mira']);
    await world.clock.advance(TYPING_SHOWN_MS);
    expect(world.client.typing(1)).toEqual([]);
  });
});
