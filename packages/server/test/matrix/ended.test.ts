/** Tests every route and the sockets with credentials that have ended: sessions and revoked tokens. */
import { CLOSES, type NewPersonalToken } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../harness/http.ts';
import { loggedIn, type Person } from '../harness/people.ts';
import { openSocket, refusalOf } from '../harness/socket.ts';
import { CALLS } from './calls.ts';
import { plainOf } from './commands.ts';
import { makeCall } from './request.ts';
import type { Place } from './rights.ts';
import type { Room } from './rooms.ts';
import { createWorld, type World } from './world.ts';

const ENDED = [
  'a session that has signed out',
  'a session that another session has ended',
  'a revoked token',
] as const;

let world: World;
let room: Room;
let tokens: Record<(typeof ENDED)[number], string>;
beforeAll(async () => {
  world = await createWorld();
  room = await world.room('open');
  tokens = await endAll(world.cast.owner);
}, 60_000);
afterAll(() => world.close());

const wantsSignIn = ({ rights }: (typeof CALLS)[number]) =>
  Object.values(rights).every(({ nobody }) => nobody === 'sign-in');
const calls = CALLS.filter(wantsSignIn).map(
  (row) => [row.what ? `${row.name}, ${row.what}` : row.name, row] as const,
);

describe.each(ENDED)('[A4] [T4] %s', (what) => {
  it.each(calls)('is rejected by %s', async (_title, row) => {
    const place: Place = row.rights.anywhere ? 'anywhere' : 'open';
    const scene = world.scene('owner', place, place === 'anywhere' ? undefined : room);
    const before = await world.record(room);
    expect(await makeCall(world, row, { ...scene, actor: withToken(world.cast.owner, tokens[what]) })).toBe(
      'sign-in',
    );
    expect(await world.record(room)).toEqual(before);
  });

  it('is rejected by the sockets', async () => {
    const socket = await openSocket(world.app);
    socket.send({ op: 'hello', token: tokens[what] });
    expect((await socket.closed()).code).toBe(CLOSES.session_ended.code);
    const { status } = await refusalOf(
      world.app,
      plainOf(room.id, withToken(world.cast.owner, tokens[what])),
    );
    expect(status).toBe(401);
  });
});

/** Creates credentials of the owner and ends them. The owner's first session goes on. */
async function endAll(owner: Person): Promise<typeof tokens> {
  const name = owner.user.username;
  const [first, second] = [await loggedIn(world.app, name), await loggedIn(world.app, name)];
  const body = { name: 'a script', scopes: ['read', 'write', 'admin'] };
  const made = await call<NewPersonalToken>(world.app, 'POST', '/v1/tokens', { token: owner.token, body });
  await first.asks('POST', '/v1/auth/logout');
  await owner.asks('DELETE', '/v1/sessions');
  await owner.asks('DELETE', `/v1/tokens/${made.id}`);
  return { [ENDED[0]]: first.token, [ENDED[1]]: second.token, [ENDED[2]]: made.token } as typeof tokens;
}

function withToken(who: Person, token: string): Person {
  return Object.create(who, { token: { value: token } });
}
