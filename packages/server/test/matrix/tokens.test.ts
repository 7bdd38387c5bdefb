/** Tests every route and command with personal access tokens, which have fewer rights than their person. */
import type { NewPersonalToken, Op, TokenScope } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../harness/http.ts';
import type { Person } from '../harness/people.ts';
import { CALLS, COMMANDS, PLAIN, type Row } from './calls.ts';
import { sayCommand, usePlain } from './commands.ts';
import { makeCall, OPERATIONS } from './request.ts';
import type { Place, RoomPlace } from './rights.ts';
import type { Room } from './rooms.ts';
import { CALL_SCOPES, COMMAND_SCOPES, SHOWN_TO_WRITERS, WITH_ROOM_TOKEN } from './scopes.ts';
import { createWorld, type Scene, type World } from './world.ts';

/** The tokens of a member: one that only reads, one that only writes, and one for another of the member's rooms. */
const TOKENS = { reader: ['read'], writer: ['write'], elsewhere: ['read', 'write'] } as const;
type TokenName = keyof typeof TOKENS;
type Line = Record<TokenName, string>;

let world: World;
let elsewhere: Room;
let tokens: Record<TokenName, string>;
const rooms = new Map<RoomPlace, Room>();
beforeAll(async () => {
  world = await createWorld();
  elsewhere = await world.room('open');
  await makeTokens();
}, 60_000);
afterAll(() => world.close());

describe('[T2] [T3] a token is limited to its scopes and its room:', () => {
  it('each route has one scope', () =>
    expect(Object.values(CALL_SCOPES).flat().toSorted()).toEqual([...OPERATIONS.keys()].toSorted()));

  it('each call of the scope `write` has a row for its answer', () =>
    expect(Object.keys(SHOWN_TO_WRITERS).toSorted()).toEqual(CALL_SCOPES.write.toSorted()));

  it.each(linesOf(CALLS, scopeOfCall))('%s', (_title, { row, place, scope }) =>
    prove(callLine(row, place, scope), place, (scene, token) =>
      makeCall(world, row, scene, token === 'writer' ? SHOWN_TO_WRITERS[row.name] : undefined),
    ),
  );

  it.each(linesOf(COMMANDS, ({ name }) => COMMAND_SCOPES[name]))(
    'the command %s',
    (_title, { row, place, scope }) =>
      prove(commandLine(row, place, scope), place, (scene) => sayCommand(world, row, scene)),
  );

  it.each(linesOf(PLAIN, ({ name }) => (name === 'open' ? 'read' : 'write')))(
    'the plain socket: %s',
    (_title, { row, place, scope }) => {
      const line = callLine(row, place, scope);
      // A token without `read` cannot open a socket, so it cannot send either.
      return prove({ ...line, writer: 'refused' }, place, (scene) => usePlain(world, row, scene));
    },
  );
});

type Case<R> = { row: R; place: Place; scope: TokenScope | 'none' };

function linesOf<R extends Row>(
  rows: readonly R[],
  scopeOf: (row: R) => TokenScope | 'none',
): [string, Case<R>][] {
  return rows.flatMap((row) =>
    (Object.keys(row.rights) as Place[]).map((place): [string, Case<R>] => [
      `${row.name}${row.what ? `, ${row.what}` : ''}: ${place}`,
      { row, place, scope: scopeOf(row) },
    ]),
  );
}

function scopeOfCall({ name }: Row): TokenScope | 'none' {
  const found = Object.entries(CALL_SCOPES).find(([, names]) => names.includes(name));
  return (found?.[0] ?? 'none') as TokenScope | 'none';
}

/** Returns the verdicts for a route. The person's own right matters only if the token has the scope. */
function callLine(row: Row, place: Place, scope: TokenScope | 'none'): Line {
  const line = row.rights[place];
  const own = (place === 'anywhere' ? line?.outsider : line?.member) ?? 'no verdict';
  if (scope === 'none') return { reader: own, writer: own, elsewhere: own };
  return {
    reader: scope === 'read' ? own : 'refused',
    writer: scope === 'write' ? own : 'refused',
    elsewhere: ofOneRoom(row.name, place, own),
  };
}

function ofOneRoom(name: string, place: Place, own: string): string {
  const isAboutRoom = name.includes('{roomId}') || !name.includes('/');
  if (isAboutRoom) return 'hidden';
  if (!WITH_ROOM_TOKEN.includes(name)) return 'refused';
  return place === 'anywhere' ? own : 'hidden';
}

/** Returns the verdicts for a command. Every socket begins with hello, which needs the scope `read`. */
function commandLine(row: Row<Op>, place: Place, scope: TokenScope | 'none'): Line {
  const line = callLine(row, place, scope);
  const own =
    (place === 'anywhere' ? row.rights[place]?.outsider : row.rights[place]?.member) ?? 'no verdict';
  if (row.name === 'hello') return { ...line, writer: 'refused', elsewhere: 'join' };
  // An away message is visible in all rooms, which is more than the token's room.
  if (row.name === 'away') return { ...line, writer: 'refused', elsewhere: 'refused' };
  return { ...line, writer: 'refused', ...(place === 'anywhere' ? { elsewhere: own } : {}) };
}

async function prove(
  line: Line,
  place: Place,
  attempt: (scene: Scene, token: TokenName) => Promise<string>,
): Promise<void> {
  const seen: Record<string, string> = {};
  for (const name of Object.keys(TOKENS) as TokenName[]) {
    seen[name] = await attempt(await sceneFor(name, place), name);
    if (seen[name] === 'ok') await tidy(name, place);
  }
  expect(seen).toEqual(line);
}

/** Returns the member's scene, with the token in place of the session's. */
async function sceneFor(name: TokenName, place: Place): Promise<Scene> {
  const scene = world.scene('member', place, place === 'anywhere' ? undefined : await roomFor(place));
  const actor: Person = Object.create(world.cast.member, { token: { value: tokens[name] } });
  return { ...scene, actor };
}

async function roomFor(place: RoomPlace): Promise<Room> {
  const room = rooms.get(place) ?? (await world.room(place));
  rooms.set(place, room);
  return room;
}

async function tidy(name: TokenName, place: Place): Promise<void> {
  if (place !== 'anywhere') return void rooms.delete(place);
  const { status } = await world.cast.member.asks('GET', '/v1/me', undefined, { token: tokens[name] });
  if (status === 401) await makeTokens();
}

async function makeTokens(): Promise<void> {
  const made = Object.entries(TOKENS).map(async ([name, scopes]) => {
    const body = { name, scopes, ...(name === 'elsewhere' ? { roomId: elsewhere.id } : {}) };
    const question = { token: world.cast.member.token, body };
    const { token } = await call<NewPersonalToken>(world.app, 'POST', '/v1/tokens', question);
    return [name, token];
  });
  tokens = Object.fromEntries(await Promise.all(made));
}
