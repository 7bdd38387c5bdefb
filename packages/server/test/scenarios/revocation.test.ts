/** The end of a session closes its sockets, including those that are just opening, and without a notification. */

import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessTokens } from '../../src/chat/sign-in/access-tokens.ts';
import { REVOCATION_PERIOD_MS } from '../../src/chat/sign-in/revocation.ts';
import { text } from '../conformance/doors.ts';
import { startApp, type TestApp } from '../harness/app.ts';
import { createManualClock } from '../harness/clock.ts';
import { ask } from '../harness/http.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { openRaw, type RawSocket } from '../harness/raw-socket.ts';
import { type Chance, printedChance } from '../harness/seed.ts';
import { openSocket, signIn } from '../harness/socket.ts';
import { openSql, type Sql } from '../harness/sql.ts';

const ROUNDS = 150;
const SESSION_ENDED = 4200;

/** Moves only when a test advances it, so that the periodic check does not run in between. */
const clock = createManualClock(Date.now());
let app: TestApp;
let sql: Sql;
let tokens: AccessTokens;
let ann: Person;
let room: At;
beforeAll(async () => {
  app = await startApp({ clock });
  sql = await openSql(app.databaseUrl);
  tokens = await AccessTokens.create(['a signing key for tests, long enough for any rule'], clock);
  ann = await person(app, 'ann');
  room = await ann.opens('lobby');
});
afterAll(async () => {
  await sql.close();
  await app.close();
});

describe('a session that ends without a notification to this server', () => {
  it('[A4] is found by the next check, and its sockets are closed', async () => {
    const { id, token } = await newSession();
    const chat = await signIn(app, token, []);
    const plain = await openSocket(app, plainOf(token));
    await plain.first('live', ({ type }) => type === 'live');
    const other = await signIn(app, (await newSession()).token, []);
    await sql.rows('UPDATE sessions SET ended_at = now() WHERE id = $1', [id]);
    clock.advance(REVOCATION_PERIOD_MS);
    for (const socket of [chat, plain]) expect((await socket.closed()).code).toBe(SESSION_ENDED);
    expect(other.closing).toBeNull();
    other.ws.terminate();
  });

  it('[A4] because its account is disabled loses all sockets, and no new ones can open', async () => {
    const bob = await person(app, 'bob');
    const [first, second] = [await bob.connects([]), await bob.connects([])];
    await sql.rows('UPDATE accounts SET disabled_at = now() WHERE id = $1', [bob.user.id]);
    clock.advance(REVOCATION_PERIOD_MS);
    for (const socket of [first, second]) expect((await socket.closed()).code).toBe(SESSION_ENDED);
    expect((await bob.asks('GET', '/v1/me')).status).toBe(401);
    const late = await openSocket(app);
    late.send({ op: 'hello', token: bob.token });
    expect((await late.closed()).code).toBe(SESSION_ENDED);
    const { refreshToken } = bob;
    expect((await ask(app, 'POST', '/v1/auth/refresh', { body: { refreshToken } })).status).toBe(401);
  });
});

describe('a session that ends while its sockets open', () => {
  it(`[A4] leaves none open, in either order, in ${ROUNDS} rounds`, async () => {
    const chance = printedChance('revocation');
    const codes = new Map<number, number>();
    for (let round = 0; round < ROUNDS; round++) {
      const { token } = await newSession();
      const opening = [
        openLater(chance, () => helloSocket(token)),
        openLater(chance, () => plainSocket(token)),
      ];
      const ending = openLater(chance, () => ask(app, 'POST', '/v1/auth/logout', { token }));
      expect((await ending).status).toBe(204);
      for (const each of opening) {
        const socket = await each;
        if (!socket) continue;
        const code = await socket.closeCode();
        codes.set(code, (codes.get(code) ?? 0) + 1);
        socket.destroy();
      }
    }
    expect([...codes.keys()]).toEqual([SESSION_ENDED]);
  });
});

async function openLater<T>(chance: Chance, open: () => Promise<T>): Promise<T> {
  for (let turns = chance.whole(0, 60); turns > 0; turns--) await turn();
  return open();
}

function helloSocket(token: string): Promise<RawSocket> {
  return openRaw(app, '/v1/socket', {}, text(JSON.stringify({ op: 'hello', token })));
}

/** Null if the upgrade was rejected: the session had ended first. */
async function plainSocket(token: string): Promise<RawSocket | null> {
  const { path, headers } = plainOf(token);
  const refused = (error: Error) => {
    expect(error.message).toContain(' 401 ');
    return null;
  };
  return openRaw(app, path, headers).catch(refused);
}

function plainOf(token: string) {
  return { path: `/v1/rooms/${room.id}/ws`, headers: { Authorization: `Bearer ${token}` } };
}

/** Creates a session of Ann's without hashing a password. */
async function newSession(): Promise<{ id: number; token: string }> {
  const { id } = await sql.row<{ id: number }>(
    `INSERT INTO sessions (account_id, user_agent, address, created_at, last_used_at, expires_at)
     VALUES ($1, '', '', now(), now(), now() + interval '1 day') RETURNING id`,
    [ann.user.id],
  );
  return { id, token: await tokens.issue(ann.user.id, id) };
}
