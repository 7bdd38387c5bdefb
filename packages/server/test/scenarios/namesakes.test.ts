/** Open rooms with the name of a closed room: its people can tell them apart, and outsiders learn nothing [C11]. */
import type { Room, RoomPage, SearchPage, Welcome } from '@banter/protocol';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { ask } from '../harness/http.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { indexed } from '../harness/search.ts';
import { signIn } from '../harness/socket.ts';

let app: TestApp;
let ada: Person;
let bob: Person;
let eve: Person;
let name = '';
let count = 0;
beforeAll(async () => {
  app = await startApp();
  await person(app, 'rhea');
  [ada, bob, eve] = await Promise.all([person(app, 'ada'), person(app, 'bob'), person(app, 'eve')]);
});
beforeEach(() => {
  name = `On-Call.${++count}`;
});
afterAll(() => app.close());

const seenBy = async (who: Person, { id }: At) => (await who.asks('GET', `/v1/rooms/${id}`)).body as Room;
const renames = (who: Person, { id }: At, to: string) => who.asks('PATCH', `/v1/rooms/${id}`, { name: to });
/** The room without what differs between any two rooms. */
const shapeOf = ({ id: _, createdAt: __, name: ___, ...shape }: Room) => shape;

/** A closed room of ada, with bob as a member. */
async function closedRoom(named = name): Promise<Room> {
  const room = await ada.opens(named, 'closed');
  await ada.adds(room, bob);
  return room;
}

it('[C11] owners are told of an open room that gets the name of theirs: new, renamed or restored', async () => {
  const room = await closedRoom();
  const [owner, member, outsider] = [await ada.connects(), await bob.connects(), await eve.connects()];
  const told = (namesakeId: number) =>
    owner.first(
      'the notice',
      (event) => event.type === 'namesake' && event.roomId === room.id && event.namesakeId === namesakeId,
    );
  const first = await eve.opens(name.toLowerCase());
  await told(first.id);
  await renames(eve, first, `free.${count}`);
  const second = await eve.opens(`other.${count}`);
  await renames(eve, second, name.toUpperCase());
  await told(second.id);
  const before = owner.events.length;
  await eve.asks('DELETE', `/v1/rooms/${second.id}`);
  expect(await seenBy(bob, room)).not.toHaveProperty('namesakeId');
  await eve.asks('POST', `/v1/rooms/${second.id}/restore`);
  await owner.first(
    'the notice again',
    (event) => event.type === 'namesake' && owner.events.lastIndexOf(event) >= before,
  );
  for (const { events } of [member, outsider])
    expect(events.filter(({ type }) => type === 'namesake')).toEqual([]);
});

it('[C11] members see the id of the open room with the name of theirs, in every answer and in `welcome`', async () => {
  const room = await closedRoom();
  const open = await eve.opens(name.toLowerCase());
  const welcomed = (await bob.connects()).events.find((event): event is Welcome => event.type === 'welcome');
  expect(welcomed?.rooms.find(({ roomId }) => roomId === room.id)).toMatchObject({ namesakeId: open.id });
  const { rooms } = (await bob.asks('GET', '/v1/rooms?joined=true')).body as RoomPage;
  expect(rooms.find(({ id }) => id === room.id)).toMatchObject({ namesakeId: open.id });
  expect(await seenBy(ada, room)).toMatchObject({ namesakeId: open.id });
  expect(await ada.opens(name, 'closed')).toMatchObject({ namesakeId: open.id });
  await renames(eve, open, `gone.${count}`);
  expect(await seenBy(ada, room)).not.toHaveProperty('namesakeId');
});

it('[C11] [A5] an outsider gets the same answers and events whether a closed room has the name or not', async () => {
  await closedRoom();
  const socket = await eve.connects();
  const taken = await eve.opens(name);
  const free = await eve.opens(`unused.${count}`);
  expect(shapeOf(taken)).toEqual(shapeOf(free));
  expect(shapeOf(await seenBy(eve, taken))).toEqual(shapeOf(await seenBy(eve, free)));
  const [other, more] = [`closed.${count}`, `nothing.${count}`];
  await closedRoom(other);
  const answers = [await renames(eve, taken, other), await renames(eve, free, more)];
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  const [first, second] = answers.map(({ body }) => shapeOf(body as Room));
  expect(first).toEqual(second);
  const { rooms } = (await eve.asks('GET', '/v1/rooms')).body as RoomPage;
  expect(rooms.filter(({ namesakeId }) => namesakeId !== undefined)).toEqual([]);
  expect(socket.events.filter(({ type }) => type === 'namesake')).toEqual([]);
});

it('[C11] [T3] a token for the closed room alone learns of no other room', async () => {
  const room = await closedRoom();
  await eve.opens(name);
  const made = { name: 'bell', scopes: ['read'], roomId: room.id };
  const { token } = (await ada.asks('POST', '/v1/tokens', made)).body as { token: string };
  for (const path of [`/v1/rooms/${room.id}`, '/v1/rooms'])
    expect(JSON.stringify((await ask(app, 'GET', path, { token })).body)).not.toContain('namesakeId');
  const socket = await signIn(app, token);
  expect(JSON.stringify(socket.events)).not.toContain('namesakeId');
  socket.ws.terminate();
});

it('[C11] a search is narrowed to one of two rooms by `in:#name~id`', async () => {
  const room = await closedRoom();
  const open = await eve.opens(name);
  await ada.joins(open);
  await Promise.all([ada.posts(room, 'pager inside'), ada.posts(open, 'pager outside')]);
  await indexed(app, ada);
  const found = async (place: string) => {
    const { body } = await ada.asks('GET', `/v1/search?q=${encodeURIComponent(`pager in:${place}`)}`);
    return (body as SearchPage).hits?.map(({ message }) => message.content).toSorted();
  };
  expect(await found(`#${name}`)).toEqual(['pager inside', 'pager outside']);
  expect(await found(`#${name}~${room.id}`)).toEqual(['pager inside']);
  expect(await found(`${name.toLowerCase()}~${open.id}`)).toEqual(['pager outside']);
  expect(await found(`${name}~${open.id}0`)).toBeUndefined();
});
