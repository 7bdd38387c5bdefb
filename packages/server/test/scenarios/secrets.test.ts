/** The table of secrets in docs/protocol.md: which event ends which secret, cell by cell [U5]. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { ask, call } from '../harness/http.ts';
import { loggedIn, PASSWORD, type Person, person } from '../harness/people.ts';

/** The columns of the table. */
const SECRETS = [
  'session',
  'other sessions',
  'tokens',
  'tickets',
  'reset links',
  'invitations',
  'reset links for others',
] as const;
type Secret = (typeof SECRETS)[number];

/** Everything that one person holds, and that others hold of theirs. */
type Belongings = {
  ann: Person;
  other: Person;
  token: { id: number; token: string };
  ticket: string;
  resetToken: string;
  code: string;
  resetTokenForOther: string;
  roomId: number;
};

const NEXT = 'quite another pass phrase';
const ALL = SECRETS;

let app: TestApp;
let root: Person;
let count = 0;
beforeAll(async () => {
  app = await startApp();
  root = await person(app, 'rosa');
});
afterAll(() => app.close());

/** Each event of the table: the act, and the secrets that it ends. */
const EVENTS: Record<string, { act: (of: Belongings) => Promise<unknown>; ends: readonly Secret[] }> = {
  'signing out': {
    act: ({ ann }) => must(ann, 'POST', '/v1/auth/logout'),
    ends: ['session', 'tickets'],
  },
  'ending the other sessions': {
    act: ({ ann }) => must(ann, 'DELETE', '/v1/sessions'),
    ends: ['other sessions'],
  },
  'revoking a token': {
    act: ({ ann, token }) => must(ann, 'DELETE', `/v1/tokens/${token.id}`),
    ends: ['tokens'],
  },
  'a new password': {
    act: ({ ann }) => must(ann, 'PUT', '/v1/me/password', { current: PASSWORD, new: NEXT }),
    ends: ['other sessions', 'tickets', 'reset links', 'reset links for others'],
  },
  'a new password with `endTokens`': {
    act: ({ ann }) => must(ann, 'PUT', '/v1/me/password', { current: PASSWORD, new: NEXT, endTokens: true }),
    ends: ['other sessions', 'tokens', 'tickets', 'reset links', 'reset links for others'],
  },
  'a new or removed email': {
    act: ({ ann }) =>
      must(ann, 'PUT', '/v1/me/email', { password: PASSWORD, email: `${ann.user.username}@example.net` }),
    ends: ['tickets', 'reset links'],
  },
  'using a reset link': {
    act: ({ resetToken }) =>
      call(app, 'POST', '/v1/auth/reset', { body: { token: resetToken, password: NEXT } }),
    ends: ['session', 'other sessions', 'tokens', 'tickets', 'reset links', 'reset links for others'],
  },
  'an administrator ending all sessions': {
    act: ({ ann }) => must(root, 'DELETE', `/v1/admin/users/${ann.user.id}/sessions`),
    ends: ['session', 'other sessions', 'tokens', 'tickets'],
  },
  'the loss of administration': {
    act: ({ ann }) => must(root, 'PATCH', `/v1/admin/users/${ann.user.id}`, { admin: false }),
    ends: ['reset links for others'],
  },
  'disabling the account': {
    act: ({ ann }) => must(root, 'PATCH', `/v1/admin/users/${ann.user.id}`, { disabled: true }),
    ends: ALL,
  },
  'deleting the account': {
    act: ({ ann }) => must(ann, 'DELETE', '/v1/me', { password: PASSWORD, messages: 'keep' }),
    ends: ALL,
  },
};

describe('[U5] the secrets of an account', () => {
  it.each(Object.entries(EVENTS))('that end with %s are those of the table', async (_name, { act, ends }) => {
    const belongings = await prepare();
    await act(belongings);
    expect(await endedOf(belongings)).toEqual(ends);
  });

  it('that are disabled with it stay ended when the account is enabled again', async () => {
    const belongings = await prepare();
    const path = `/v1/admin/users/${belongings.ann.user.id}`;
    for (const disabled of [true, false]) await must(root, 'PATCH', path, { disabled });
    expect(await endedOf(belongings)).toEqual(ALL);
  });

  it('are in docs/protocol.md with the same table', () => {
    const text = readFileSync(new URL('../../../../docs/protocol.md', import.meta.url), 'utf8');
    const table = /\n(\| event \|[^\n]*)\n\|[-|]+\|\n((?:\|.*\|\n)+)/.exec(text);
    expect(cellsOf(table?.[1] ?? '').slice(1)).toEqual(ALL);
    const rows = (table?.[2] ?? '').trimEnd().split('\n').map(cellsOf);
    const documented = rows.map(([event = '', ...cells]) => [
      event,
      ALL.filter((_, i) => cells[i] === 'ends'),
    ]);
    expect(Object.fromEntries(documented)).toEqual(
      Object.fromEntries(Object.entries(EVENTS).map(([event, { ends }]) => [event, ends])),
    );
  });
});

function cellsOf(row: string): string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

async function prepare(): Promise<Belongings> {
  count += 1;
  const ann = await person(app, `ann${count}`);
  const bob = await person(app, `bob${count}`);
  await must(root, 'PATCH', `/v1/admin/users/${ann.user.id}`, { admin: true });
  const room = await ann.opens(`harbour${count}`);
  const resetFor = (maker: Person, { user }: Person) =>
    must<{ token: string }>(maker, 'POST', `/v1/admin/users/${user.id}/reset`);
  return {
    ann,
    roomId: room.id,
    other: await loggedIn(app, ann.user.username),
    token: await must(ann, 'POST', '/v1/tokens', { name: 'a script', scopes: ['read', 'admin'] }),
    ticket: (await must<{ ticket: string }>(ann, 'POST', '/v1/tickets')).ticket,
    resetToken: (await resetFor(root, ann)).token,
    code: (await must<{ code: string }>(ann, 'POST', '/v1/invitations', { roomId: room.id })).code,
    resetTokenForOther: (await resetFor(ann, bob)).token,
  };
}

/** Tries every secret. @returns those that do nothing any more. */
async function endedOf(of: Belongings): Promise<Secret[]> {
  const live: Record<Secret, boolean> = {
    session: await isLive(of.ann),
    'other sessions': await isLive(of.other),
    tokens: (await ask(app, 'GET', '/v1/me', { token: of.token.token })).status === 200,
    tickets: await opens(of),
    'reset links': await resets(of.resetToken),
    invitations: (await ask(app, 'GET', `/v1/invitations/${of.code}`)).status === 200,
    'reset links for others': await resets(of.resetTokenForOther),
  };
  return SECRETS.filter((secret) => !live[secret]);
}

/** Whether a session has both its access token and its refresh token. @throws Error if it has only one. */
async function isLive({ token, refreshToken }: Person): Promise<boolean> {
  const access = await ask(app, 'GET', '/v1/me', { token });
  const refresh = await ask(app, 'POST', '/v1/auth/refresh', { body: { refreshToken } });
  expect(access.status).toBe(refresh.status);
  return access.status === 200;
}

async function opens({ ticket, roomId }: Belongings): Promise<boolean> {
  const headers = { accept: 'application/x-ndjson' };
  const { status } = await ask(app, 'GET', `/v1/rooms/${roomId}/events?ticket=${ticket}`, { headers });
  return status === 200;
}

/** A weak password is rejected before a live link is used up. */
async function resets(token: string): Promise<boolean> {
  const { status } = await ask(app, 'POST', '/v1/auth/reset', { body: { token, password: 'short' } });
  return status === 400;
}

async function must<T>(who: Person, method: string, path: string, body?: unknown): Promise<T> {
  return call<T>(app, method, path, { token: who.token, body });
}
