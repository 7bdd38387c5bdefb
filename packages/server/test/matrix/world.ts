/** The world of the matrix: one server, a person for each actor, and as many rooms as needed. */
import { systemClock } from '../../src/clock.ts';
import { createAppender, type NewChange } from '../../src/store/append/appender.ts';
import { openDatabase } from '../../src/store/database/database.ts';
import { createStore } from '../../src/store/store.ts';
import { startApp, type TestApp } from '../harness/app.ts';
import { type Person, person } from '../harness/people.ts';
import { openSql, type Sql } from '../harness/sql.ts';
import type { Actor, Place, RoomPlace } from './rights.ts';
import { type Act, type Cast, furnish, invite, newName, type Room, recordOf } from './rooms.ts';

/** The things that one request is about. */
export type Scene = {
  place: Place;
  /** Null for nobody. */
  actor: Person | null;
  target: Person;
  stranger: Person;
  /** 0 without a room. */
  roomId: number;
  reportId: number;
  /** A message of the target. */
  seq: number;
  /** A message of the actor; that of the target for an actor without one. */
  ownSeq: number;
  /** The code of an invitation by the room's owner; by an administrator without a room. */
  code: string;
};

/** The world. */
export type World = {
  app: TestApp;
  sql: Sql;
  cast: Cast;
  /** Creates a room of this kind, with everyone in their role. */
  room(place: RoomPlace): Promise<Room>;
  /** Replaces people whose session or account may have ended. */
  renew(...actors: (keyof Cast)[]): Promise<void>;
  /** Makes an act without a door. The hub learns of it only with a later event. @returns its seq. */
  act(room: Pick<Room, 'id'>, actor: Person, change: Act): Promise<number>;
  /** Returns a scene in a room, or in none. */
  scene(actor: Actor, place: Place, room?: Room): Scene;
  /** Returns all rows of a room, for a comparison. */
  record(room: Room): Promise<unknown>;
  /** Stops the server. */
  close(): Promise<void>;
};

const NAMES = [
  'administrator',
  'outsider',
  'former',
  'banned',
  'muted',
  'member',
  'moderator',
  'owner',
  'target',
  'stranger',
] as const satisfies readonly (keyof Cast)[];

/** Starts the server and creates the people. */
export async function createWorld(): Promise<World> {
  const app = await startApp();
  const open = () => openDatabase({ url: app.databaseUrl, onProblem: () => {} });
  const database = open();
  const store = createStore(database);
  const appender = createAppender({ openDatabase: open, clock: systemClock, publish() {}, onUncertain() {} });
  const sql = await openSql(app.databaseUrl);
  const cast = {} as Cast;
  /** The code of the administrator's invitation. It is renewed with its creator. */
  let code = '';

  async function renew(...names: (keyof Cast)[]): Promise<void> {
    for (const name of names) {
      cast[name] = await person(app, newName(name));
      if (name === 'administrator') {
        await sql.rows('UPDATE accounts SET is_admin = true WHERE id = $1', [cast[name].user.id]);
        code = await invite(store, cast[name], null);
      }
    }
  }

  // The first account is an administrator too, so the matrix never acts on the last administrator.
  await person(app, newName('first'));
  await renew(...NAMES);
  return {
    app,
    sql,
    cast,
    room: (place) => furnish({ app, store, appender, cast }, place),
    renew,
    async act({ id: roomId }, { user: actor }, change) {
      const done = await appender.change({ ...change, roomId, actor } as NewChange);
      return done.changed ? done.event.seq : 0;
    },
    scene: (actor, place, room) => ({
      place,
      actor: actor === 'nobody' ? null : cast[actor],
      target: cast.target,
      stranger: cast.stranger,
      roomId: room?.id ?? 0,
      code: room?.code ?? code,
      reportId: room?.reportId ?? 0,
      seq: room?.seqOf('target') ?? 0,
      ownSeq: (actor === 'nobody' ? undefined : room?.seqOf(actor)) || (room?.seqOf('target') ?? 0),
    }),
    record: (room) => recordOf(sql, room.id),
    async close() {
      await appender.close();
      await database.close();
      await sql.close();
      await app.close();
    },
  };
}
