/** Tests the API's description: every operation gets valid and invalid requests, and must answer as described. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from '../src/http/api-description.ts';
import { describeApi } from '../src/http/openapi.ts';
import { ROUTES } from '../src/http/routes/routes.ts';
import { startApp, type TestApp } from './harness/app.ts';
import { ask, call } from './harness/http.ts';
import { loggedIn, newId, PASSWORD, type Person, person } from './harness/people.ts';
import { type Case, casesOf, type Known } from './openapi/cases.ts';
import { type Schema, violations } from './openapi/violations.ts';

const description = describeApi(ROUTES);
const { schemas } = description.components;
const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: operation.operationId,
    path,
    method: method.toUpperCase(),
    operation,
  })),
);
const OPERATION_TIMEOUT_MS = 120_000;

let app: TestApp;
let administrator: Person;
beforeAll(async () => {
  app = await startApp();
  administrator = await person(app, 'rosa');
});
afterAll(() => app.close());

it('the server returns the description unchanged', async () => {
  expect(await call(app, 'GET', '/v1/openapi.json')).toEqual(JSON.parse(JSON.stringify(description)));
});

it('each operation has its own name', () => {
  const names = operations.map(({ name }) => name);
  expect(names.length).toBeGreaterThan(20);
  expect(new Set(names).size).toBe(names.length);
  // Two rows with the same method and path would become one operation.
  expect(names.length).toBe(ROUTES.length);
});

describe.each(operations)('$name', ({ name, path, method, operation }) => {
  it(
    '[H1] answers as described, rejects invalid requests, and never fails',
    async () => {
      let world = await createWorld();
      const isForAdministrators = path.startsWith('/admin/');
      const problems: string[] = [];
      const statuses = new Set<number>();
      for (const given of casesOf(operation, knownFor(name, world), schemas)) {
        const answer = await askCase(path, method, given, isForAdministrators ? administrator : world.ann);
        statuses.add(answer.status);
        problems.push(...judge(operation, given, answer).map((problem) => `${given.name}: ${problem}`));
        // The call ended its own session or account, and the next case needs one.
        if (answer.status === 401 && given.token === 'own') world = await createWorld();
      }
      expect(problems).toEqual([]);
      expect([...statuses].some((status) => status < 300)).toBe(true);
    },
    OPERATION_TIMEOUT_MS,
  );
});

describe('the judge', () => {
  const operation = operations.find(({ name }) => name === 'getMe')?.operation as Operation;
  const json = { 'content-type': 'application/json' };
  const judged = (status: number, body: unknown, headers: Record<string, string> = json) =>
    judge(operation, { must: 'answer' } as Case, { status, body, headers: new Headers(headers) });

  it.each([
    ['an undescribed status', judged(418, {})],
    ['an undescribed media type', judged(200, {}, { 'content-type': 'text/plain' })],
    ['an undescribed field', judged(200, { id: 1, username: 'ann', secret: 'x' })],
    ['a missing field', judged(200, { id: 1 })],
    ['a field of the wrong type', judged(200, { id: '1', username: 'ann' })],
    ['a server error', judged(500, {})],
  ])('finds %s', (_name, problems) => expect(problems).not.toEqual([]));

  it('accepts an answer that is as described', () =>
    expect(judged(200, { id: 1, username: 'ann' })).toEqual([]));
});

type Seen = { status: number; headers: Headers; body: unknown };

const MUST: Record<Case['must'], string | null> = {
  answer: null,
  'be invalid': 'invalid',
  'be not found': 'not_found',
  'be unauthenticated': 'unauthenticated',
  'be too large': 'too_large',
};

/** Returns the problems with an answer. */
function judge(
  { responses }: Operation,
  { must }: Pick<Case, 'must'>,
  { status, headers, body }: Seen,
): string[] {
  const shown = `${status} ${JSON.stringify(body)}`;
  if (status >= 500) return [`failed: ${shown}`];
  const code = MUST[must];
  if (code !== null && (body as { code?: string } | null)?.code !== code)
    return [`was not ${code}: ${shown}`];
  const response = responses[status];
  if (!response) return [`this status is not described: ${shown}`];
  const type = headers.get('content-type')?.split(';')[0] ?? null;
  if (!response.content) return type === null ? [] : [`no body is described: ${shown}`];
  const content = response.content[type ?? ''];
  if (!content) return [`the type ${type} is not described: ${shown}`];
  return violations(content.schema as Schema, body, schemas).map((problem) => `${problem}: ${shown}`);
}

/** Values for single operations, such as a field that names something new instead of something that exists. */
const NEW_FOR: Record<string, Known> = {
  getAdminAudit: { act: 'room.kick' },
  putMePassword: { current: PASSWORD, new: PASSWORD },
  putMeEmail: { email: `${newId()}@example.net` },
  postAdminAddressBans: { range: '203.0.113.0/24' },
  postAuthRegister: { username: undefined, invite: undefined },
};

/** `known` has the value of each parameter and field, by name. `instead` has other values for single operations. */
type World = { ann: Person; known: Known; instead: Record<string, Known> };

/** Creates the things that requests refer to: a person with two sessions, her room, a member, a message and so on. */
async function createWorld(): Promise<World> {
  const name = `w${newId().slice(0, 8)}`;
  const ann = await person(app, name);
  const other = await loggedIn(app, name);
  const bob = await person(app, `${name}-bob`);
  const room = await ann.opens(name);
  await bob.joins(room);
  // The last owner of a room cannot leave it, so there is a second one.
  await call(app, 'PUT', `/v1/rooms/${room.id}/members/${bob.user.id}`, {
    token: ann.token,
    body: { role: 'owner' },
  });
  const message = await ann.posts(room, 'hello');
  const report = await call<{ id: number }>(
    app,
    'POST',
    `/v1/rooms/${room.id}/messages/${message.seq}/report`,
    {
      token: bob.token,
      body: { reason: 'noise' },
    },
  );
  const { sessions } = await call<{ sessions: { id: number; current: boolean }[] }>(
    app,
    'GET',
    '/v1/sessions',
    {
      token: ann.token,
    },
  );
  const invitation = await ann.asks('POST', '/v1/invitations', { roomId: room.id });
  const token = await call<{ id: number }>(app, 'POST', '/v1/tokens', {
    token: ann.token,
    body: { name: 'a script', scopes: ['read'] },
  });
  const asAdministrator = { token: administrator.token };
  const { token: resetToken } = await call<{ token: string }>(
    app,
    'POST',
    `/v1/admin/users/${bob.user.id}/reset`,
    asAdministrator,
  );
  const ban = await call<{ id: number }>(app, 'POST', '/v1/admin/address-bans', {
    ...asAdministrator,
    body: { range: '198.51.100.0/24' },
  });
  const carl = await person(app, `${name}-carl`);
  // A stranger's direct room with her waits as a request.
  const asked = (await carl.asks('POST', '/v1/rooms/direct', { usernames: [name] })).body as { id: number };
  const known = {
    token: resetToken,
    banId: ban.id,
    roomId: room.id,
    code: (invitation.body as { code: string }).code,
    userId: bob.user.id,
    userIds: [bob.user.id],
    reportId: report.id,
    username: bob.user.username,
    seq: message.seq,
    replyTo: message.seq,
    tokenId: token.id,
    emoji: encodeURIComponent('👍'),
    sessionId: sessions.find(({ current }) => !current)?.id,
    timeZone: 'Europe/Berlin',
    login: name,
    password: PASSWORD,
    refreshToken: other.refreshToken,
  };
  const gone = await person(app, `${name}-gone`);
  await gone.asks('DELETE', '/v1/me', { password: PASSWORD, messages: 'keep' });
  const instead = {
    deleteAdminUserSession: { userId: ann.user.id },
    deleteAdminRetiredUsername: { username: gone.user.username },
    deleteRequest: { roomId: asked.id },
  };
  return { ann, known, instead };
}

function knownFor(name: string, { known, instead }: World): Known {
  return { ...known, ...NEW_FOR[name], ...instead[name] };
}

function askCase(path: string, method: string, given: Case, { token }: Person): Promise<Seen> {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => given.params[name] ?? '');
  const query = new URLSearchParams(given.query).toString();
  return ask(app, method, `/v1${filled}${query ? `?${query}` : ''}`, {
    ...(given.token === null ? {} : { token: given.token === 'own' ? token : `${token}x` }),
    headers: { ...given.headers, ...(given.body ? { 'content-type': given.body.type } : {}) },
    ...(given.body ? { body: given.body.text } : {}),
  });
}
