/**
 * The authorisation matrix: every route and every command, by every actor with different rights, in every kind of room.
 * calls.ts and rights.ts hold the required verdicts.
 */
import { OPS } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../harness/http.ts';
import { CALLS, COMMANDS, PLAIN, type Row } from './calls.ts';
import { sayCommand, usePlain } from './commands.ts';
import { makeCall, OPERATIONS } from './request.ts';
import { type Actor, type Line, type Place, ROOM_PLACES, type RoomPlace } from './rights.ts';
import type { Room } from './rooms.ts';
import { createWorld, type Scene, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
}, 60_000);
afterAll(() => world.close());

/** Unchanged rooms, by kind. */
const fresh = new Map<RoomPlace, Room>();

describe('[A7] the rights of every route', () => {
  it('have a row for each route, and no other rows', () =>
    expect(namesOf(CALLS)).toEqual([...OPERATIONS.keys()].toSorted()));

  it('cover every kind of room, for each route about a room', () => expect(incompleteOf(CALLS)).toEqual([]));

  it.each(linesOf(CALLS))('%s', (_title, { row, place, line }) =>
    proveLine(line, place, (scene) => makeCall(world, row, scene), row.name.startsWith('GET ')),
  );
});

describe('[A7] the rights of every command', () => {
  it('have a row for each command, and no other rows', () =>
    expect(namesOf(COMMANDS)).toEqual([...OPS].toSorted()));

  it.each(linesOf(COMMANDS))('%s', (_title, { row, place, line }) =>
    proveLine(line, place, (scene) => sayCommand(world, row, scene), HARMLESS.has(row.name)),
  );
});

describe('[A7] the plain socket of a room', () => {
  it.each(linesOf(PLAIN))('%s', (_title, { row, place, line }) =>
    proveLine(line, place, (scene) => usePlain(world, row, scene), row.name === 'open'),
  );
});

/** Commands that change no room. */
const HARMLESS = new Set<string>(['hello', 'subscribe', 'unsubscribe', 'typing', 'auth', 'pong']);

/** Returns each line of each row, with its title. */
function linesOf<R extends Row>(rows: readonly R[]): [string, { row: R; place: Place; line: Line }][] {
  return rows.flatMap((row) =>
    (Object.entries(row.rights) as [Place, Line][]).map(([place, line]) => {
      const title = `${row.name}${row.what ? `, ${row.what}` : ''}: ${place}`;
      return [title, { row, place, line }] as [string, { row: R; place: Place; line: Line }];
    }),
  );
}

function namesOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.map(({ name }) => name))].toSorted();
}

/** Returns the rows without a verdict for some kind of room, although their route names a room. */
function incompleteOf(rows: readonly Row[]): string[] {
  const isComplete = ({ name, rights }: Row) =>
    ROOM_PLACES.every((place) => rights[place]) || (rights.anywhere && !name.includes('{roomId}'));
  return rows.filter((row) => !isComplete(row)).map(({ name }) => name);
}

/** Lets every actor try. Those to be rejected go first, to show that a rejected act leaves no trace. */
async function proveLine(
  line: Line,
  place: Place,
  attempt: (scene: Scene) => Promise<string>,
  isHarmless: boolean,
): Promise<void> {
  const actors = Object.keys(line) as Actor[];
  const seen: Record<string, string> = {};
  const refused = actors.filter((actor) => line[actor] !== 'ok');
  const before = place === 'anywhere' ? null : await world.record(await roomFor(place));
  for (const actor of refused) seen[actor] = await attempt(await sceneFor(actor, place));
  const after = place === 'anywhere' ? null : await world.record(await roomFor(place));
  for (const actor of actors.filter((each) => line[each] === 'ok')) {
    seen[actor] = await attempt(await sceneFor(actor, place));
    if (!isHarmless) await tidy(actor, place);
  }
  expect(seen).toEqual(line);
  expect(after).toEqual(before);
}

async function sceneFor(actor: Actor, place: Place): Promise<Scene> {
  return world.scene(actor, place, place === 'anywhere' ? undefined : await roomFor(place));
}

async function roomFor(place: RoomPlace): Promise<Room> {
  const room = fresh.get(place) ?? (await world.room(place));
  fresh.set(place, room);
  return room;
}

/** Replaces a changed room, and people whose session or account has ended. */
async function tidy(actor: Actor, place: Place): Promise<void> {
  if (place !== 'anywhere') return void fresh.delete(place);
  for (const who of [...(actor === 'nobody' ? [] : [actor]), 'target'] as const) {
    const { status } = await ask(world.app, 'GET', '/v1/me', { token: world.cast[who].token });
    if (status !== 200) await world.renew(who);
  }
}
