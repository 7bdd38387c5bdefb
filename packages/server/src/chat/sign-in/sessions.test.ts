import type { ChatError } from '@banter/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../../../test/harness/clock.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { createHubWorld, type HubWorld, type TestLink } from '../../../test/harness/hub.ts';
import { type Database, openDatabase } from '../../store/database/database.ts';
import { createStore } from '../../store/store.ts';
import { AccessTokens } from './access-tokens.ts';
import { LAST_USE_PERIOD_MS, LastUse } from './last-use.ts';
import { REFRESH_GRACE_MS, SESSION_MAX_MS, Sessions } from './sessions.ts';

const VISITOR = { address: '203.0.113.9', userAgent: 'test', scope: {} };
const SCOPE = {};

let home: TestDatabase;
let database: Database;
let clock: ManualClock;
let world: HubWorld;
let sessions: Sessions;
let people = 0;

beforeAll(async () => {
  home = await createTestDatabase();
  database = openDatabase({ url: home.url, onProblem: () => undefined });
});
afterAll(async () => {
  await database.close();
  await home.drop();
});
beforeEach(async () => {
  clock = createManualClock();
  world = createHubWorld();
  const accessTokens = await AccessTokens.create(['a signing key that is long enough for any rule'], clock);
  const store = createStore(database);
  const lastUse = new LastUse({ sessions: store.sessions, clock, onProblem: () => undefined });
  lastUse.start();
  sessions = new Sessions({
    sessions: store.sessions,
    accessTokens,
    personalTokens: {
      verify: () => {
        throw new Error('no personal token comes here');
      },
    },
    lastUse,
    hub: world.hub,
    clock,
  });
});

/** Creates a person with one session, and a link of that session. */
async function signIn() {
  const username = `person-${++people}`;
  const user = await createStore(database).users.insert({
    username,
    email: null,
    passwordHash: 'x',
    onlyAsFirst: false,
    address: VISITOR.address,
  });
  if ('refused' in user) throw new Error(`${username} is taken`);
  const grant = await sessions.begin(user, VISITOR);
  const caller = await sessions.callerOf(await sessions.verify(grant.accessToken, VISITOR), SCOPE);
  return { user, grant, caller, link: connect(user.id, caller.sessionId) };
}

/** Opens a link of a session. */
function connect(userId: number, sessionId: number): TestLink {
  const { link, connection } = world.connect(userId);
  world.hub.close(connection);
  world.hub.open(link, { userId, username: 'x', sessionId, onlyRoomId: null });
  return link;
}

function rejects(attempt: Promise<unknown>, code: ChatError['code']) {
  return expect(attempt).rejects.toMatchObject({ name: 'ChatError', code });
}

describe('refreshing', () => {
  test('returns a new token for the same person and session, and spends the old one', async () => {
    const { user, grant, caller } = await signIn();
    const next = await sessions.refresh(grant.refreshToken, VISITOR);
    expect(next.user).toEqual(user);
    expect(next.refreshToken).not.toBe(grant.refreshToken);
    expect(await sessions.verify(next.accessToken, VISITOR)).toMatchObject({ sessionId: caller.sessionId });
  });

  test('in 50 parallel calls returns the same successor', async () => {
    const { grant } = await signIn();
    const all = await Promise.all(
      Array.from({ length: 50 }, () => sessions.refresh(grant.refreshToken, VISITOR)),
    );
    const successors = new Set(all.map(({ refreshToken }) => refreshToken));
    expect(successors.size).toBe(1);
    const [successor = ''] = successors;
    await expect(sessions.refresh(successor, VISITOR)).resolves.toBeDefined();
  });

  test('again within the grace returns the same successor, because an answer may have been lost', async () => {
    const { grant } = await signIn();
    const first = await sessions.refresh(grant.refreshToken, VISITOR);
    clock.advance(REFRESH_GRACE_MS);
    const second = await sessions.refresh(grant.refreshToken, VISITOR);
    expect(second.refreshToken).toBe(first.refreshToken);
  });

  test('again after the grace ends the session with its sockets', async () => {
    const { grant, caller, link } = await signIn();
    const { refreshToken } = await sessions.refresh(grant.refreshToken, VISITOR);
    clock.advance(REFRESH_GRACE_MS + 1);
    await rejects(sessions.refresh(grant.refreshToken, VISITOR), 'unauthenticated');
    expect(link.closes).toEqual([['session_ended', undefined]]);
    await rejects(sessions.refresh(refreshToken, VISITOR), 'unauthenticated');
    await rejects(sessions.recheck(caller), 'unauthenticated');
  });

  test('with an unknown token is rejected, and ends nothing', async () => {
    const { link, caller } = await signIn();
    for (const token of ['', 'x', 'A'.repeat(43)])
      await rejects(sessions.refresh(token, VISITOR), 'unauthenticated');
    expect(link.closes).toEqual([]);
    await expect(sessions.recheck(caller)).resolves.toBeUndefined();
  });

  test('extends a session that would have expired', async () => {
    const { grant } = await signIn();
    clock.advance(SESSION_MAX_MS - 1_000);
    const next = await sessions.refresh(grant.refreshToken, VISITOR);
    clock.advance(2_000);
    await expect(sessions.refresh(next.refreshToken, VISITOR)).resolves.toBeDefined();
  });

  test('an expired session is rejected', async () => {
    const { grant, caller } = await signIn();
    clock.advance(SESSION_MAX_MS);
    await rejects(sessions.refresh(grant.refreshToken, VISITOR), 'unauthenticated');
    await rejects(sessions.recheck(caller), 'unauthenticated');
  });
});

describe('ending', () => {
  test('[A4] the own session closes its sockets, and its access token is rejected from then on', async () => {
    const { grant, caller, link } = await signIn();
    await sessions.logout(caller);
    expect(link.closes).toEqual([['session_ended', undefined]]);
    const claims = await sessions.verify(grant.accessToken, VISITOR);
    await rejects(sessions.callerOf(claims, SCOPE), 'unauthenticated');
    await rejects(sessions.refresh(grant.refreshToken, VISITOR), 'unauthenticated');
    await rejects(sessions.logout(caller), 'not_found');
  });

  test('[A4] one of two sessions does not end the other', async () => {
    const { user, caller, link } = await signIn();
    const other = await sessions.begin(user, VISITOR);
    const { sessionId } = await sessions.verify(other.accessToken, VISITOR);
    await sessions.end(caller, 'login', sessionId);
    expect(link.closes).toEqual([]);
    expect((await sessions.list(caller, {})).rows).toMatchObject([{ id: caller.sessionId, current: true }]);
  });

  test('another person’s session fails with not_found, and closes nothing', async () => {
    const [mine, theirs] = [await signIn(), await signIn()];
    await rejects(sessions.end(mine.caller, 'login', theirs.caller.sessionId), 'not_found');
    await rejects(sessions.end(mine.caller, 'login', 2 ** 40), 'not_found');
    expect(theirs.link.closes).toEqual([]);
    await expect(sessions.recheck(theirs.caller)).resolves.toBeUndefined();
  });
});

test('a token whose session belongs to another person is rejected', async () => {
  const [mine, theirs] = [await signIn(), await signIn()];
  const claims = { userId: mine.user.id, sessionId: theirs.caller.sessionId, expiresAt: Infinity };
  await rejects(sessions.callerOf(claims, SCOPE), 'unauthenticated');
});

test('sessions are listed with their address and user agent; the own one is marked', async () => {
  const { user, caller } = await signIn();
  await sessions.begin(user, { ...VISITOR, userAgent: 'x'.repeat(1_000), address: '2001:db8::1' });
  const { rows: listed } = await sessions.list(caller, {});
  expect(listed.filter(({ current }) => current).map(({ id }) => id)).toEqual([caller.sessionId]);
  const other = listed.find(({ current }) => !current);
  expect(other).toMatchObject({ address: '2001:db8::1', userAgent: 'x'.repeat(200) });
});

test('the last use of a session is listed at once, and written within a minute', async () => {
  const storedLastUse = async (id: number) => {
    const statement = { name: 'test', text: 'SELECT last_used_at FROM sessions WHERE id = $1' };
    const [row] = await database.query<{ last_used_at: string }>(statement, [id]);
    return row?.last_used_at;
  };
  const { caller } = await signIn();
  clock.advance(5_000);
  await sessions.callerOf({ ...caller, userId: caller.user.id, expiresAt: null }, SCOPE);
  const at = new Date(clock.wall()).toISOString();
  expect((await sessions.list(caller, {})).rows).toMatchObject([{ lastUsedAt: at }]);
  expect(await storedLastUse(caller.sessionId)).not.toBe(at);
  clock.advance(LAST_USE_PERIOD_MS);
  await expect.poll(() => storedLastUse(caller.sessionId)).toBe(at);
});

test('[A4] ending all others closes their sockets, and neither the own ones nor another person’s', async () => {
  const stranger = await signIn();
  const { user, caller, link } = await signIn();
  const others = await Promise.all(
    [0, 1].map(async () => {
      const { accessToken } = await sessions.begin(user, VISITOR);
      const other = await sessions.callerOf(await sessions.verify(accessToken, VISITOR), SCOPE);
      return { caller: other, link: connect(user.id, other.sessionId) };
    }),
  );
  await sessions.endOthers(caller);
  expect([link, ...others.map((other) => other.link)].map(({ closes }) => closes.length)).toEqual([0, 1, 1]);
  await sessions.recheck(caller);
  for (const other of others) await rejects(sessions.recheck(other.caller), 'unauthenticated');
  expect(stranger.link.closes).toEqual([]);
  await sessions.recheck(stranger.caller);
});

describe('a ticket', () => {
  test('works once', async () => {
    const { caller, user } = await signIn();
    const { ticket, expiresIn } = await sessions.createTicket(caller);
    expect(expiresIn).toBe(30);
    expect(await sessions.redeem(ticket, SCOPE)).toMatchObject({ user, sessionId: caller.sessionId });
    await rejects(sessions.redeem(ticket, SCOPE), 'unauthenticated');
  });

  test('works once in 20 parallel calls', async () => {
    const { ticket } = await sessions.createTicket((await signIn()).caller);
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => sessions.redeem(ticket, SCOPE)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('expires after 30 s', async () => {
    const { ticket } = await sessions.createTicket((await signIn()).caller);
    clock.advance(30_000);
    await rejects(sessions.redeem(ticket, SCOPE), 'unauthenticated');
  });

  test('[A4] of a session that has ended is rejected', async () => {
    const { caller } = await signIn();
    const { ticket } = await sessions.createTicket(caller);
    await sessions.logout(caller);
    await rejects(sessions.redeem(ticket, SCOPE), 'unauthenticated');
  });

  test('that is unknown is rejected', async () => {
    await rejects(sessions.redeem('A'.repeat(43), SCOPE), 'unauthenticated');
  });
});
