/** Connections that receive a room's events, over every door. */
import { isRoomEvent, type RoomEvent } from '@banter/protocol';
import { type EventStream, openEvents } from '../harness/event-stream.ts';
import type { Host } from '../harness/http.ts';
import type { Person } from '../harness/people.ts';
import { type Collector, openSocket, signIn } from '../harness/socket.ts';
import { plainOf } from './commands.ts';
import type { Room } from './rooms.ts';

/** One person's connection over one door. */
export type Listener = { who: Person; door: string; heard: () => RoomEvent[]; end: () => void };

/** Connects each person over every door. */
export async function listenAll(host: Host, room: Room, people: Person[]): Promise<Listener[]> {
  const all = await Promise.all(
    people.map((who) => Promise.all(DOORS.map((listen) => listen(host, room, who)))),
  );
  return all.flat();
}

/** Every door that delivers a room's events. Resolves once the room is live. */
export const DOORS: ((host: Host, room: Room, who: Person, after?: number) => Promise<Listener>)[] = [
  async (host, { id: roomId }, who, after) => {
    const cursor = after === undefined ? { roomId } : { roomId, after };
    return ofSocket('/v1/socket', who, roomId, await signIn(host, who.token, [cursor]));
  },
  async (host, { id: roomId }, who, after) => {
    const options = plainOf(roomId, who);
    const path = after === undefined ? options.path : `${options.path}?after=${after}`;
    const socket = await openSocket(host, { ...options, path: path ?? '' });
    await socket.first('live', ({ type }) => type === 'live');
    return ofSocket('the plain socket', who, roomId, socket);
  },
  (host, room, who, after) => ofStream(host, 'text/event-stream', room, who, after),
  (host, room, who, after) => ofStream(host, 'application/x-ndjson', room, who, after),
];

function ofSocket(door: string, who: Person, roomId: number, socket: Collector): Listener {
  return { who, door, heard: () => socket.log(roomId), end: () => socket.ws.terminate() };
}

async function ofStream(
  host: Host,
  form: 'text/event-stream' | 'application/x-ndjson',
  room: Room,
  who: Person,
  after?: number,
) {
  const query = after === undefined ? '' : `?after=${after}`;
  const stream: EventStream = await openEvents(host, { roomId: room.id, form, token: who.token, query });
  if (stream.status !== 200) throw new Error(`${who.user.username} may not listen: ${stream.status}`);
  await stream.first('live');
  return { who, door: form, heard: () => stream.events.filter(isRoomEvent), end: () => stream.cut() };
}
