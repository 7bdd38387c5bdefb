/** The world that the matrix is tried in: one server, a person for each actor, and as many rooms as are used up. */
import { systemClock } from '../../src/clock.ts';
import { createAppender, type NewChange } from '../../src/store/append/appender.ts';
import { openDatabase } from '../../src/store/database/database.ts';
import { createStore } from '../../src/store/store.ts';
import { startApp, type TestApp } from '../harness/app.ts';
import { type Person, person } from '../harness/people.ts';
import { openSql, type Sql } from '../harness/sql.ts';
import type { Actor, Place, RoomPlace } from './rights.ts';
import { type Act, type Cast, furnish, invite, newName, type Room, recordOf } from './rooms.ts';

/** What one request is about. */
export type Scene = {
  place: Place;
  /** Null for nobody. */
  actor: Person | null;
  target: Person;
  stranger: Person;
  /** 0 where there is no room. */
  roomId: number;
  reportId: number;
  /** A message of the target's. */
  seq: number;
  /** A message of the actor's own; the target's for one who wrote none. */
  ownSeq: number;
  /** Of an invitation that the room's owner made; the server's administrator, where there is no room. */
  code: string;
};

export type World = {
  app: TestApp;
  sql: Sql;
  cast: Cast;
  /** A new room of this kind, with everyone in their place. */
  room(place: RoomPlace): Promise<Room>;
  /** New people in the place of some, after a request that may have ended their session or account. */
  renew(...actors: (keyof Cast)[]): Promise<void>;
  /** Does something in a room past the doors: nobody is told before the hub hears of a later event. */
  act(room: Pick<Room, 'id'>, actor: Person, change: Act): Promise<number>;
  /** A scene in a room, or in none. */
  scene(actor: Actor, place: Place, room?: Room): Scene;
  /** All that the store has of a room, to be compared. */
  record(room: Room): Promise<unknown>;
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

export async function createWorld(): Promise<World> {
  const app = await startApp();
  const open = () => openDatabase({ url: app.databaseUrl, onProblem: () => {} });
  const database = open();
  const store = createStore(database);
  const appender = createAppender({ openDatabase: open, clock: systemClock, publish() {}, onUncertain() {} });
  const sql = await openSql(app.databaseUrl);
  const cast = {} as Cast;
  /** Of the administrator's invitation, which is as good as its maker. */
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

  // The first account is an administrator too: whom the matrix tries is never the last one.
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
