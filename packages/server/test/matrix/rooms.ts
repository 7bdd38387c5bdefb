/** The rooms that the matrix is tried in: one of each kind, as often as one is used up, and what the store has of them. */
import { createHash, randomUUID } from 'node:crypto';
import { systemClock } from '../../src/clock.ts';
import type { Appender, NewChange } from '../../src/store/append/appender.ts';
import type { Store } from '../../src/store/store.ts';
import type { TestApp } from '../harness/app.ts';
import { type Person, person } from '../harness/people.ts';
import type { Sql } from '../harness/sql.ts';
import type { Actor, RoomPlace } from './rights.ts';

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

/** Those who have been in a room, beside its owner, in the order of coming. */
const COMERS = ['moderator', 'former', 'banned', 'muted', 'member', 'target'] as const;
const AN_HOUR_MS = 3_600_000;

/** What a room is made with. */
export type Parts = { app: TestApp; store: Store; appender: Appender; cast: Cast };
/** What somebody does in a room. */
export type Act = NewChange extends infer C
  ? C extends NewChange
    ? Omit<C, 'roomId' | 'actor'>
    : never
  : never;

/** Makes a room, with everyone in their place. */
export async function furnish(parts: Parts, place: RoomPlace): Promise<Room> {
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

/** A name that nothing has yet. */
export function newName(what: string): string {
  return `${what}-${randomUUID().slice(0, 8)}`;
}
