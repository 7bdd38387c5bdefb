/** Acts of moderators, and the connections of a person that they may end. */

import type { RoomEvent } from '@banter/protocol';
import { expect } from 'vitest';
import type { TestApp } from './app.ts';
import { openEvents } from './event-stream.ts';
import type { Answer } from './http.ts';
import type { At, Person } from './people.ts';
import { type Collector, openSocket, signIn } from './socket.ts';
import { until } from './wait.ts';

/** The path of a room, with `rest` behind it. */
export const roomPath = (room: At, rest = '') => `/v1/rooms/${room.id}${rest}`;

/** Returns the time this many minutes from now. */
export const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

/** Gives a person a role in a room. */
export const gives = (who: Person, room: At, whom: Person, role: string) =>
  who.asks('PUT', roomPath(room, `/members/${whom.user.id}`), { role });

/** Bans a person from a room. */
export const bans = (who: Person, room: At, whom: Person, body?: unknown) =>
  who.asks('PUT', roomPath(room, `/bans/${whom.user.id}`), body);

/** Mutes a person in a room. */
export const mutes = (who: Person, room: At, whom: Person, minutes = 60) =>
  who.asks('PUT', roomPath(room, `/mutes/${whom.user.id}`), { until: inMinutes(minutes) });

/** Returns the codes of rejected requests, and the statuses of the others. */
export async function outcomes(answers: Promise<Answer>[]): Promise<(string | number)[]> {
  return (await Promise.all(answers)).map(
    ({ status, body }) => (body as { code?: string } | null)?.code ?? status,
  );
}

/** A person's connections over every door. `log` returns the room's events on each; `ended` waits until all have ended. */
export type RoomLinks = {
  socket: Collector;
  plain: Collector;
  log(): RoomEvent[][];
  ended(): Promise<void>;
};

/** Connects a person to a room over every door. All connections must end with the same event. */
export async function connectEveryDoor(app: TestApp, who: Person, room: At): Promise<RoomLinks> {
  const socket = await signIn(app, who.token);
  const headers = { authorization: `Bearer ${who.token}` };
  const plain = await openSocket(app, { path: roomPath(room, '/ws'), headers });
  await plain.first('live', ({ type }) => type === 'live');
  const stream = await openEvents(app, { roomId: room.id, form: 'application/x-ndjson', token: who.token });
  await stream.first('live');
  return {
    socket,
    plain,
    log: () => [
      socket.log(room.id),
      plain.log(room.id),
      stream.events.filter((event): event is RoomEvent => 'seq' in event && 'userId' in event),
    ],
    async ended() {
      expect((await plain.closed()).code).toBe(4201);
      await until('the stream ends', () => stream.isEnded);
    },
  };
}
