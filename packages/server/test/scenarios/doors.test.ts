/** The same conversation through each door, with the same results. */

import { isRoomEvent, type Message, type RoomEvent } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { openEvents } from '../harness/event-stream.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { openSocket } from '../harness/socket.ts';
import { until } from '../harness/wait.ts';

/** One door, for one person in one room. */
type Door = {
  says(content: string): Promise<void>;
  /** Returns the contents that this person has received so far. */
  shown(): Promise<string[]>;
};

const DOORS: Record<string, (who: Person, room: At) => Promise<Door>> = {
  async 'the socket'(who, room) {
    const socket = await who.connects();
    return {
      says: async (content) => void (await who.says(room, content)),
      shown: async () => contentsOf(socket.log(room.id)),
    };
  },
  async 'the plain socket'(who, room) {
    const headers = { authorization: `Bearer ${who.token}` };
    const socket = await openSocket(app, { path: `/v1/rooms/${room.id}/ws`, headers });
    await socket.first('live', ({ type }) => type === 'live');
    return {
      async says(content) {
        socket.send(content);
        await socket.first(content, (event) => event.type === 'message' && event.content === content);
      },
      shown: async () => contentsOf(socket.log(room.id)),
    };
  },
  async 'HTTP with its events'(who, room) {
    const stream = await openEvents(app, { roomId: room.id, form: 'text/event-stream', token: who.token });
    await stream.first('live');
    return {
      says: async (content) => void (await who.posts(room, content)),
      shown: async () => contentsOf(stream.events.filter(isRoomEvent)),
    };
  },
  async HTTP(who, room) {
    return {
      says: async (content) => void (await who.posts(room, content)),
      shown: async () => (await who.reads(room)).messages.map(({ content = '' }) => content),
    };
  },
};
const NAMES = Object.keys(DOORS);

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe.each(NAMES)('two people, one of them over %s', (door) => {
  it.each(NAMES)('and the other over %s, see the same conversation in the same order', async (other) => {
    const tag = `${NAMES.indexOf(door)}${NAMES.indexOf(other)}`;
    const ann = await person(app, `ann${tag}`);
    const bob = await person(app, `bob${tag}`);
    const room = await ann.opens(`lobby${tag}`);
    await bob.joins(room);
    const [anns, bobs] = await Promise.all([enter(door, ann, room), enter(other, bob, room)]);

    await anns.says('hello bob');
    await bobs.says('hello ann\nhow are you?');
    await anns.says('<b>fine</b> 🎉 ');
    const talk = ['hello bob', 'hello ann\nhow are you?', '<b>fine</b> 🎉 '];
    for (const person of [anns, bobs]) await shows(person, talk);

    await bob.leaves(room);
    const { messages } = await ann.reads(room);
    expect(messages.map(toFacts)).toEqual([
      [3, ann.user.username, talk[0]],
      [4, bob.user.username, talk[1]],
      [5, ann.user.username, talk[2]],
    ]);
    expect((await ann.asks('GET', `/v1/rooms/${room.id}`)).body).toMatchObject({ head: 6, members: 1 });
  });
});

it('a plain socket that sends as soon as it is open gets its message back', async () => {
  const dan = await person(app, 'dan');
  const room = await dan.opens('hasty');
  const headers = { authorization: `Bearer ${dan.token}` };
  for (let visit = 0; visit < 20; visit++) {
    const socket = await openSocket(app, { path: `/v1/rooms/${room.id}/ws`, headers });
    socket.send(`visit ${visit}`);
    await socket.first('its own words', ({ type }) => type === 'message');
    socket.ws.terminate();
  }
});

it('a second room of the same name is rejected regardless of case', async () => {
  const ann = await person(app, 'ann');
  await ann.opens('Twice');
  expect(await ann.asks('POST', '/v1/rooms', { name: 'twice' })).toMatchObject({
    status: 409,
    body: { code: 'conflict', errors: [{ field: 'name' }] },
  });
});

it('joining twice and leaving twice are idempotent', async () => {
  const ann = await person(app, 'annika');
  const bob = await person(app, 'bobby');
  const room = await ann.opens('door');
  await ann.connects();
  for (const act of [bob.joins, bob.joins, bob.leaves, bob.leaves]) await act(room);
  await bob.joins(room);
  await ann.socket.until('the last join', () => ann.socket.log(room.id).length === 3);
  expect(ann.socket.log(room.id).map(({ type, seq }) => `${seq} ${type}`)).toEqual([
    '2 join',
    '3 leave',
    '4 join',
  ]);
});

it('a connected owner follows a new room automatically, from its first event on', async () => {
  const cem = await person(app, 'cem');
  await cem.connects();
  const room = await cem.opens('fresh');
  await cem.says(room, 'first words');
  await cem.sees('first words');
  expect(cem.socket.log(room.id).map(({ type, seq }) => `${seq} ${type}`)).toEqual(['1 join', '2 message']);
});

function enter(name: string, who: Person, room: At): Promise<Door> {
  const open = DOORS[name];
  if (!open) throw new Error(`no door is called ${name}`);
  return open(who, room);
}

async function shows(door: Door, talk: string[]): Promise<void> {
  await until('all messages have arrived', async () => (await door.shown()).length === talk.length);
  expect(await door.shown()).toEqual(talk);
}

function contentsOf(events: RoomEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'message' ? [event.content ?? ''] : []));
}

function toFacts({ seq, username, content = '' }: Message): [number, string, string] {
  return [seq, username, content];
}
