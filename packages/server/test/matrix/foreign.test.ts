/**
 * Replaces every id in every request, once with the id of a thing that the caller may not see, and once with an unknown
 * id. Both answers must be identical, and so must be the statements that the server sent to the store.
 */
import type { NewPersonalToken, Op, ServerEvent } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../harness/http.ts';
import { refusalOf, signIn } from '../harness/socket.ts';
import { type Asked, statementsDuring } from '../harness/statements.ts';
import { CALLS, COMMANDS, type Row } from './calls.ts';
import { COMMAND_OF, plainOf } from './commands.ts';
import { fieldsOf, request, sessionOf } from './request.ts';
import { LETS_GO } from './rights.ts';
import type { Room } from './rooms.ts';
import { createWorld, type Scene, type World } from './world.ts';

/** No sequence of ids has reached this number. */
const MISSING = 2 ** 45;

let world: World;
let home: Room;
let abroad: Room;
/** The seq of a message in the foreign room. The home room has fewer events. */
let farSeq: number;
/** A token of the target. */
let token: NewPersonalToken;
beforeAll(async () => {
  world = await createWorld();
  home = await world.room('open');
  abroad = await world.room('closed');
  for (const word of ['far', 'farther']) farSeq = (await world.cast.owner.posts(abroad, word)).seq;
  token = await call(world.app, 'POST', '/v1/tokens', {
    token: world.cast.target.token,
    body: { name: 'a script', scopes: ['read'] },
  });
}, 60_000);
afterAll(() => world.close());

/** Ids that the caller may not see. The caller's scene is the home room, where everything else is right. */
const FOREIGN: Record<string, () => number> = {
  roomId: () => abroad.id,
  seq: () => farSeq,
  replyTo: () => farSeq,
  reportId: () => abroad.reportId,
  sessionId: () => sessionOf(world.cast.target.token),
  tokenId: () => token.id,
};

/** Ids that are no secret: people and usernames are public, and so are emoji. The code of an invitation is its own key. */
const PUBLIC = ['userId', 'userIds', 'username', 'emoji', 'code'];

/** Routes with a sign-in, except administration, which rejects everyone else for any id. */
const swaps = CALLS.filter(
  ({ name, rights }) =>
    !name.includes(' /admin/') && Object.values(rights).some(({ nobody }) => nobody === 'sign-in'),
).flatMap((row) =>
  idsOf(row.name)
    .filter((field) => !PUBLIC.includes(field))
    .map((field) => ({ row, field, title: `${field} of ${row.name}${row.what ? `, ${row.what}` : ''}` })),
);

describe('[A5] a hidden id gets the same answer as an unknown one:', () => {
  it('this test knows every id that a route takes', () =>
    expect([...new Set(swaps.map(({ field }) => field))].filter((field) => !FOREIGN[field])).toEqual([]));

  it.each(swaps.map((swap) => [swap.title, swap] as const))('%s', async (_title, { row, field }) => {
    const foreign = FOREIGN[field]?.();
    for (const actor of ['outsider', 'administrator', 'former', 'banned', 'member'] as const) {
      // Members are in the room, so they get unknown ids within it.
      if ((field === 'roomId') === (actor === 'member')) continue;
      const scene = sceneOf(actor);
      const [there, nowhere] = await alike((id) => answerTo(row, scene, { [field]: id }), foreign);
      expect(there.result, actor).toEqual(nowhere.result);
      expect(there.asked, actor).toEqual(nowhere.asked);
      // Only moderators see reports. A member learns nothing about any of them.
      if (field === 'reportId') expect(there.result, actor).toMatchObject({ status: 403 });
      else if (field !== 'replyTo')
        expect(there.result, actor).toMatchObject({ status: row.rights === LETS_GO ? 204 : 404 });
    }
  });

  const onPeople = CALLS.filter(
    ({ name }) => name.includes('{userId}') && /\{roomId\}| \/admin\//.test(name),
  );
  it.each(onPeople.map((row) => [row.what ? `${row.name}, ${row.what}` : row.name, row] as const))(
    'a caller without the right learns nothing about people: %s',
    async (_title, row) => {
      for (const actor of ['outsider', 'former', 'banned'] as const) {
        const { id } = world.cast.target.user;
        const [there, nowhere] = await alike((userId) => answerTo(row, sceneOf(actor), { userId }), id);
        expect(there.result, actor).toEqual(nowhere.result);
        expect(there.asked, actor).toEqual(nowhere.asked);
      }
    },
  );

  const about = COMMANDS.filter(({ name }) => 'roomId' in COMMAND_OF[name]({ roomId: 1, seq: 1, token: '' }));
  it.each(about.map((row) => [row.what ? `${row.name}, ${row.what}` : row.name, row] as const))(
    'roomId of the command %s',
    async (_title, row) => {
      const [there, nowhere] = await alike((id) => replyTo(row, id), abroad.id);
      expect(there.result).toEqual(nowhere.result);
      expect(there.asked).toEqual(nowhere.asked);
    },
  );

  it('in hello, and in the URL of a plain socket', async () => {
    const { outsider } = world.cast;
    const hello = async (roomId: number) => {
      const socket = await signIn(world.app, outsider.token, [{ roomId }]);
      const [answer] = socket.events.filter(({ type }) => type === 'error');
      socket.ws.terminate();
      return { ...answer, roomId: 0 };
    };
    expect(await hello(abroad.id)).toEqual(await hello(MISSING));
    const plain = async (roomId: number) => {
      const { status, problem } = await refusalOf(world.app, plainOf(roomId, outsider));
      return { status, ...problem, requestId: '' };
    };
    expect(await plain(abroad.id)).toEqual(await plain(MISSING));
  });
});

/** Makes the same request with both ids. Retries if the statements differ, because background work may add some. */
async function alike<T>(attempt: (id: number) => Promise<T>, foreign = 0) {
  for (let tries = 3; ; tries--) {
    const there = await statementsDuring(() => attempt(foreign));
    const nowhere = await statementsDuring(() => attempt(MISSING));
    if (tries === 1 || isSame(there.asked, nowhere.asked)) return [there, nowhere] as const;
  }
}

function isSame(a: Asked[], b: Asked[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function sceneOf(actor: 'outsider' | 'administrator' | 'former' | 'banned' | 'member'): Scene {
  return world.scene(actor, 'open', home);
}

/** Returns an answer without the parts that differ in every response. */
async function answerTo(row: Row, scene: Scene, instead: Record<string, unknown>) {
  const { status, headers, body } = await request(world, row, scene, instead);
  const { requestId: _, ...said } = body as Record<string, unknown>;
  const names = [...headers.keys()].filter((name) => !['x-request-id', 'date'].includes(name));
  return { status, headers: names.map((name) => [name, headers.get(name)]), said };
}

/** Returns the answer to a command about a room, without its ids. */
async function replyTo({ name }: Row<Op>, roomId: number): Promise<Partial<ServerEvent>> {
  const { token } = world.cast.outsider;
  const socket = await signIn(world.app, token, []);
  const from = socket.events.length;
  const command = COMMAND_OF[name]({ roomId, seq: 1, token });
  socket.send(command);
  const answer = await socket.first('an answer', (event) => socket.events.indexOf(event) >= from);
  socket.ws.terminate();
  return { ...answer, id: '', roomId: 0 } as Partial<ServerEvent>;
}

/** Returns the fields of a route that are ids, and all its path parameters. */
function idsOf(name: string): string[] {
  const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, field = '']) => field);
  return [...new Set([...inPath, ...fieldsOf(name).filter((field) => /Ids?$|^replyTo$|^code$/.test(field))])];
}
