/** Creates rooms of each kind for the matrix, and reads their rows from the store. */
import { createHash, randomUUID } from 'node:crypto';
import { systemClock } from '../../src/clock.ts';
import type { Appender, NewChange } from '../../src/store/append/appender.ts';
import type { Store } from '../../src/store/store.ts';
import type { TestApp } from '../harness/app.ts';
import { type Person, person } from '../harness/people.ts';
import type { Sql } from '../harness/sql.ts';
import type { Actor, RoomPlace } from './rights.ts';

/** A person for each actor except nobody, and two more: the `target` of acts, and a `stranger` to every room. */
export type Cast = Record<Exclude<Actor, 'nobody'> | 'target' | 'stranger', Person>;

/** A room with its content. */
export type Room = {
  id: number;
  place: RoomPlace;
  code: string;
  /** A report in the room; 0 if it has none. */
  reportId: number;
  /** Returns the seq of this person's message; 0 without one. */
  seqOf(who: keyof Cast): number;
};

/** The members that a room gets besides its owner, in order of their joining. */
const COMERS = ['moderator', 'former', 'banned', 'muted', 'member', 'target'] as const;
const AN_HOUR_MS = 3_600_000;

/** The parts that create a room. */
export type Parts = { app: TestApp; store: Store; appender: Appender; cast: Cast };
/** An act without its room and actor. */
export type Act = NewChange extends infer C
  ? C extends NewChange
    ? Omit<C, 'roomId' | 'actor'>
    : never
  : never;

/** Creates a room with everyone in their role. */
export async function furnish(parts: Parts, place: RoomPlace): Promise<Room> {
  return place === 'direct' ? furnishDirect(parts) : furnishNamed(parts, place);
}

async function furnishNamed(parts: Parts, place: Exclude<RoomPlace, 'direct'>): Promise<Room> {
  const { store, appender, cast } = parts;
  const kind = place === 'closed' ? 'closed' : 'open';
  const name = newName(place);
  const created = await store.rooms.create({ name, kind, topic: '', ownerId: cast.owner.user.id });
  if (!created) throw new Error(`the name ${name} is taken`);
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

/** Creates a direct room. A new third person makes it a new room, because the same people always share one. */
async function furnishDirect(parts: Parts): Promise<Room> {
  const { app, store, cast } = parts;
  const third = await person(app, newName('third'));
  const people = [cast.member, cast.target, third].map(({ user }) => user.id);
  const { roomId } = await store.rooms.openDirect(people);
  const seqs = await speak(parts, roomId, ['member', 'target']);
  // A direct room has no invitations.
  return { id: roomId, place: 'direct', code: 'none', reportId: 0, seqOf: (who) => seqs.get(who) ?? 0 };
}

/** Creates an invitation to a room, or to the server if `roomId` is null. @returns its code. */
export async function invite(
  { invitations }: Store,
  { user }: Person,
  roomId: number | null,
): Promise<string> {
  const code = randomUUID();
  const hash = createHash('sha256').update(code).digest();
  const wanted = { roomId, maxUses: null, expiresInSeconds: AN_HOUR_MS / 1_000, liveMax: 1_000 };
  const done = await invitations.insert({ hash, userId: user.id, ...wanted });
  if ('made' in done) return code;
  throw new Error(`the invitation was rejected: ${done.refused}`);
}

/** Sends a message as each person, in one batch. */
async function speak({ appender, cast }: Parts, roomId: number, who: (keyof Cast)[]) {
  const sent = who.map(async (name) => {
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
  return new Map<keyof Cast, number>(await Promise.all(sent));
}

/** Reads a room's rows in all tables. Search tables are left out, because they are updated later. */
export async function recordOf(sql: Sql, roomId: number): Promise<unknown> {
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

/** Returns an unused name. */
export function newName(what: string): string {
  return `${what}-${randomUUID().slice(0, 8)}`;
}
