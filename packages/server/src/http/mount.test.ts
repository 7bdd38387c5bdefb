import { ChatError } from '@banter/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { serveRoutes, type TestRoutes } from '../../test/harness/routes.ts';
import { ALL_PERMISSIONS, type Permissions } from '../chat/permissions.ts';
import { mountRoutes } from './mount.ts';
import { answer, json, media, type Route, type RouteDeps, route } from './route.ts';
import { readMark } from './schemas/schemas.ts';

/** The calls to chat, in order. */
const asked: string[] = [];
let isOverRate = false;
let isKnown = true;
let permissions: Permissions = ALL_PERMISSIONS;

const chat = {
  addressBans: { requireAllowed() {} },
  sessions: {
    verify: async () => ({ userId: 7, expiresAt: 1_000 }),
    redeem: async (ticket: string) => ({ user: { id: 8, username: ticket }, permissions }),
    async callerOf() {
      asked.push('store');
      if (!isKnown) throw new ChatError('unauthenticated');
      return { user: { id: 7, username: 'ann' }, permissions };
    },
  },
  limits: {
    take(kind: string, key: unknown) {
      asked.push(`${kind} ${key}`);
      if (isOverRate) throw new ChatError('rate_limited');
    },
  },
  presence: { markActive: () => {} },
};

const number = z.object({ sum: z.number() });
const ROUTES: Route[] = [
  route({
    method: 'POST',
    path: '/rooms/{roomId}/sum/{username}',
    summary: 'Add up',
    who: 'signed-in',
    scope: 'write',
    query: z.strictObject({ more: z.coerce.number().default(0) }),
    body: json(z.strictObject({ a: z.number() })),
    answers: { 200: readMark },
    handle: ({ caller, params, query, body }) => ({
      seq: caller.user.id + params.roomId + params.username.length + query.more + body.a,
    }),
  }),
  route({
    method: 'GET',
    path: '/either/{username}',
    summary: 'One of two answers',
    who: 'public',
    rate: 'visit',
    answers: { 200: number, 201: number },
    handle: ({ params }) => answer(params.username === 'new' ? 201 : 200, { sum: 1 }),
  }),
  route({
    method: 'DELETE',
    path: '/nothing',
    summary: 'Answer without a body',
    who: 'public',
    answers: { 204: null },
    handle: () => {},
  }),
  route({
    method: 'GET',
    path: '/listen',
    summary: 'Answer plain text',
    who: 'signed-in',
    scope: 'read',
    takesTicket: true,
    answers: { 200: media('text/plain') },
    handle: ({ c, expiresAt }) => c.text(`until ${expiresAt}`),
  }),
];

let routes: TestRoutes;
beforeAll(async () => {
  routes = await serveRoutes((app) => app.route('/', mountRoutes(ROUTES, { chat } as unknown as RouteDeps)));
});
afterAll(() => routes.close());
beforeEach(() => {
  asked.length = 0;
  isOverRate = false;
  isKnown = true;
  permissions = ALL_PERMISSIONS;
});

type Question = { method?: string; token?: string | null; body?: string; type?: string };

async function ask(path: string, { method = 'POST', token = 'any', body, type }: Question = {}) {
  const headers: Record<string, string> = { 'Content-Type': type ?? 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(`${routes.url}${path}`, { method, headers, ...(body ? { body } : {}) });
  const text = await response.text();
  return { status: response.status, answer: text === '' ? null : JSON.parse(text) };
}

test('a handler gets the parameters, query and body that its row declares', async () => {
  expect(await ask('/rooms/10/sum/abc?more=100', { body: '{"a":1000}' })).toEqual({
    status: 200,
    answer: { seq: 1120 },
  });
  expect(await ask('/rooms/10/sum/abc', { body: '{"a":1000}' })).toMatchObject({ answer: { seq: 1020 } });
  expect(asked.slice(0, 2)).toEqual(['act 7', 'store']);
});

test('a handler chooses among several statuses, and an answer may have no body', async () => {
  expect((await ask('/either/new', { method: 'GET' })).status).toBe(201);
  expect((await ask('/either/old', { method: 'GET' })).status).toBe(200);
  expect(await ask('/nothing', { method: 'DELETE' })).toEqual({ status: 204, answer: null });
});

test('only a route that declares it accepts a ticket instead of a token', async () => {
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${routes.url}${path}`, { headers }).then(async (response) => [
      response.status,
      await response.text(),
    ]);
  expect(await get('/listen', { Authorization: 'Bearer any' })).toEqual([200, 'until 1000']);
  expect(await get('/listen?ticket=good')).toEqual([200, 'until null']);
  expect((await get('/listen'))[0]).toBe(401);
  expect((await ask('/rooms/1/sum/x?ticket=good', { token: null, body: '{"a":1}' })).status).toBe(401);
});

describe('a request with several errors', () => {
  const allWrong = '/rooms/zero/sum/x?unknown=1';
  const steps: [string, string, Question, string][] = [
    ['no token', allWrong, { token: null, body: '{' }, 'unauthenticated'],
    ['the path', allWrong, { body: '{' }, 'not_found'],
    ['the query', '/rooms/1/sum/x?unknown=1', { body: '{' }, 'unknown'],
    ['the media type', '/rooms/1/sum/x', { body: '{', type: 'text/plain' }, 'Content-Type'],
    ['the body', '/rooms/1/sum/x', { body: '{}' }, 'a: '],
  ];
  test.each(steps)('gets the first in this order: %s', async (_name, path, question, expected) => {
    const { status, answer: problem } = await ask(path, question);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(`${problem.code} ${problem.detail}`).toContain(expected);
  });

  test.each<[string, Partial<Permissions>, string]>([
    ['its scope', { scopes: new Set(['read']) }, 'forbidden'],
    ['its room', { roomId: 2 }, 'not_found'],
  ])(
    'is checked against the token, by %s, after the path and before the query',
    async (_name, given, code) => {
      permissions = { ...ALL_PERMISSIONS, ...given };
      const { answer: problem } = await ask('/rooms/1/sum/x?unknown=1', { body: '{' });
      expect(problem.code).toBe(code);
      expect((await ask(allWrong, { body: '{' })).answer.detail).toContain('roomId');
    },
  );

  test('[L2] is rate-limited before the store is asked', async () => {
    isOverRate = true;
    expect((await ask(allWrong, { body: '{' })).status).toBe(429);
    expect((await ask('/either/old', { method: 'GET' })).status).toBe(429);
    expect(asked).toEqual(['act 7', 'visit 203.0.113.9']);
  });

  test('[A4] is rejected for an ended session before its path is read', async () => {
    isKnown = false;
    expect((await ask(allWrong, { body: '{' })).status).toBe(401);
  });
});

test('a route with an unknown path parameter cannot be mounted', () => {
  const unknown = { ...(ROUTES[2] as Route), path: '/things/{thing}' };
  expect(() => mountRoutes([unknown], {} as RouteDeps)).toThrow('/things/{thing}: add thing to params.ts');
});

test('[T2] a token that may not read gets the short form of an answer', async () => {
  permissions = { ...ALL_PERMISSIONS, scopes: new Set(['write']) };
  expect(await ask('/rooms/10/sum/abc', { body: '{"a":1000}' })).toEqual({ status: 200, answer: {} });
});

test('[T2] a change cannot be mounted with an answer that chat/answers.ts does not know', () => {
  const unknown = { ...(ROUTES[0] as Route), answers: { 200: number } };
  expect(() => mountRoutes([unknown], {} as RouteDeps)).toThrow('no row for the answer without a name');
});
