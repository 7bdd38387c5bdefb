/** The lobby of a new server. */

import type { Room } from '@banter/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { type Person, people, person } from '../harness/people.ts';
import { signIn } from '../harness/socket.ts';

const NEWCOMERS = 20;

let app: TestApp;
let root: Person;
beforeAll(async () => {
  app = await startApp({ env: { LOBBY: 'hall' } });
  root = await person(app, 'rosa');
});
afterAll(() => app.close());

async function roomsOf(who: Person): Promise<Room[]> {
  return ((await who.asks('GET', '/v1/rooms')).body as { rooms: Room[] }).rooms;
}

it('[C8] the lobby has the first account as its owner, and every new account as a member', async () => {
  const [lobby, ...more] = await roomsOf(root);
  expect(more).toEqual([]);
  expect(lobby).toMatchObject({ id: 1, name: 'hall', kind: 'open', role: 'owner', members: 1, head: 1 });
  const socket = await signIn(app, root.token);
  const newcomers = await people(app, NEWCOMERS);
  for (const who of newcomers) {
    expect(await roomsOf(who)).toMatchObject([{ id: 1, joined: true, role: 'member', unread: 0 }]);
  }
  const names = newcomers.map(({ user }) => user.username);
  await socket.until('all joins', () => socket.log(1).length === NEWCOMERS);
  expect(
    socket
      .log(1)
      .map(({ type, username }) => `${type} ${username}`)
      .toSorted(),
  ).toEqual(names.map((name) => `join ${name}`).toSorted());
  socket.ws.terminate();
});

it('[C8] the lobby can be left, renamed and archived like any room, and new accounts still join it', async () => {
  await root.asks('PATCH', '/v1/rooms/1', { name: 'foyer' });
  const ann = await person(app, 'ann');
  expect(await roomsOf(ann)).toMatchObject([{ id: 1, name: 'foyer', joined: true }]);
  await ann.leaves({ id: 1 });
  expect(await roomsOf(ann)).toMatchObject([{ id: 1, joined: false }]);
  await root.asks('DELETE', '/v1/rooms/1');
  expect(await roomsOf(await person(app, 'bob'))).toEqual([]);
});

it('[C8] the lobby does not exist on a server without one', async () => {
  const plain = await startApp({ env: { LOBBY: 'off' } });
  expect(await roomsOf(await person(plain, 'rosa'))).toEqual([]);
  await plain.close();
});
