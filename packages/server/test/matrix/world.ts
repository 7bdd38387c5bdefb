/** The world that the matrix is tried in: one server, a person for each actor, and as many rooms as are used up. */
import { createHash, randomUUID } from 'node:crypto';
import { systemClock } from '../../src/clock.ts';
import { type Appender, createAppender, type NewChange } from '../../src/store/appender.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { startApp, type TestApp } from '../harness/app.ts';
import { type Person, person } from '../harness/people.ts';
import { openSql, type Sql } from '../harness/sql.ts';
import type { Actor, Place, RoomPlace } from './rights.ts';

/** Who stands in the matrix, but nobody, and two people more: `target`, whom acts are about, and a `stranger` to every room. */
export type Cast = Record<Exclude<Actor, 'nobody'> | 'target' | 'stranger', Person>;

/** A room and what is in it. */
export type Room = {
  id: number;
  place: RoomPlace;
  code: string;
  /** A report that its moderators have; 0 in a room without. */
  reportId: number;
  seqOf(who: keyof Cast): number;
};

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

/** Those who have been in a room, beside its owner, in the order of coming. */
const COMERS = ['moderator', 'former', 'banned', 'muted', 'member', 'target'] as const;
const AN_HOUR_MS = 3_600_000;

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

type Parts = { app: TestApp; store: Store; appender: Appender; cast: Cast };
/** What somebody does in a room. */
export type Act = NewChange extends infer C
  ? C extends NewChange
    ? Omit<C, 'roomId' | 'actor'>
    : never
  : never;

async function furnish(parts: Parts, place: RoomPlace): Promise<Room> {
  return place === 'direct' ? furnishDirect(parts) : furnishNamed(parts, place);
}

async function furnishNamed(parts: Parts, place: Exclude<RoomPlace, 'direct'>): Promise<Room> {
  const { store, appender, cast } = parts;
  const kind = place === 'closed' ? 'closed' : 'open';
  const name = newName(place);
  const created = await store.rooms.create({ name, kind, topic: '', ownerId: cast.owner.user.id });
  if (!created) throw new Error(`there is a room ${name} already`);
  const roomId = created.id;
  const act = (who: keyof Cast, change: Act) =>
    appender.change({ ...change, roomId, actor: cast[who].user } as NewChange);
  for (const comer of COMERS) {
    const role = comer === 'moderator' ? 'moderator' : 'member';
    await act('owner', { type: 'role', target: cast[comer].user, role });
  }
  const seqs = await speak(parts, roomId, ['owner', ...COMERS]);
  await act('former', { type: 'leave' });
  await act('owner', { type: 'ban', target: cast.banned.user, reason: 'noise' });
  const until = new Date(systemClock.wall() + AN_HOUR_MS).toISOString();
  await act('owner', { type: 'mute', target: cast.muted.user, until });
  const code = await invite(store, cast.owner, roomId);
  const filed = {
    roomId,
    seq: seqs.get('owner') ?? 0,
    userId: cast.target.user.id,
    reason: 'noise',
    openMax: 1,
  };
  const { id: reportId } = await store.reports.file(filed);
  if (place === 'archived') await act('owner', { type: 'archive' });
  return { id: roomId, place, code, reportId, seqOf: (who) => seqs.get(who) ?? 0 };
}

/** The same two people would always get the same room: the third is somebody new. */
async function furnishDirect(parts: Parts): Promise<Room> {
  const { app, store, cast } = parts;
  const third = await person(app, newName('third'));
  const people = [cast.member, cast.target, third].map(({ user }) => user.id);
  const { roomId } = await store.rooms.openDirect(people);
  const seqs = await speak(parts, roomId, ['member', 'target']);
  // Nobody can be invited into a direct room.
  return { id: roomId, place: 'direct', code: 'none', reportId: 0, seqOf: (who) => seqs.get(who) ?? 0 };
}

/** The code of a new invitation; of one to the server where no room is given. */
async function invite({ invitations }: Store, { user }: Person, roomId: number | null): Promise<string> {
  const code = randomUUID();
  const hash = createHash('sha256').update(code).digest();
  const wanted = { roomId, maxUses: null, expiresInSeconds: AN_HOUR_MS / 1_000, liveMax: 1_000 };
  const done = await invitations.insert({ hash, userId: user.id, ...wanted });
  if ('made' in done) return code;
  throw new Error(`an invitation was refused: ${done.refused}`);
}

/** Everyone says something, in one batch. */
async function speak({ appender, cast }: Parts, roomId: number, who: (keyof Cast)[]) {
  const said = who.map(async (name) => {
    const { id: userId, username } = cast[name].user;
    const { seq } = await appender.append({
      roomId,
      userId,
      username,
      id: randomUUID(),
      content: `I am ${name}`,
    });
    return [name, seq] as const;
  });
  return new Map<keyof Cast, number>(await Promise.all(said));
}

/** Every row of every table that knows of rooms, but those of the search, which follow in their own time. */
async function recordOf(sql: Sql, roomId: number): Promise<unknown> {
  const tables = await sql.rows<{ name: string; key: string }>(`
    SELECT c.table_name AS name, c.column_name AS key FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name NOT LIKE 'search%'
      AND (c.column_name = 'room_id' OR (c.table_name = 'rooms' AND c.column_name = 'id'))
    ORDER BY 1`);
  const record: Record<string, unknown[]> = {};
  for (const { name, key } of tables) {
    record[name] = await sql.rows(`SELECT to_jsonb(t) AS row FROM ${name} t WHERE ${key} = $1 ORDER BY 1`, [
      roomId,
    ]);
  }
  return record;
}

function newName(what: string): string {
  return `${what}-${randomUUID().slice(0, 8)}`;
}
