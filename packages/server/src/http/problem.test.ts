import { ChatError, ERRORS, type ErrorCode } from '@banter/protocol';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { serveRoutes, TEST_REQUEST_ID, type TestRoutes } from '../../test/harness/routes.ts';

let routes: TestRoutes;
let thrown: unknown;

beforeAll(async () => {
  routes = await serveRoutes((app) =>
    app.get('/throws', () => {
      throw thrown;
    }),
  );
});
afterAll(() => routes.close());
beforeEach(() => void routes.failures.splice(0));

async function ask(error: unknown, path = '/throws') {
  thrown = error;
  const response = await fetch(`${routes.url}${path}`);
  return { response, problem: (await response.json()) as Record<string, unknown> };
}

test.each(Object.keys(ERRORS) as ErrorCode[])(
  '%s is a problem with its status, title and code',
  async (code) => {
    const { response, problem } = await ask(new ChatError(code, 'what is wrong'));
    expect(response.status).toBe(ERRORS[code].status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('x-request-id')).toBe(TEST_REQUEST_ID);
    expect(problem).toEqual({
      type: `urn:banter:error:${code}`,
      title: ERRORS[code].title,
      status: ERRORS[code].status,
      detail: 'what is wrong',
      code,
      requestId: TEST_REQUEST_ID,
    });
  },
);

test('[L2] a time to come back stands in milliseconds in the body, and in whole seconds in Retry-After', async () => {
  const { response, problem } = await ask(
    new ChatError('rate_limited', 'slow down', { retryAfterMs: 1_001 }),
  );
  expect(problem.retryAfterMs).toBe(1_001);
  expect(response.headers.get('retry-after')).toBe('2');
});

test('wrong fields stand in errors', async () => {
  const fields = [{ field: 'name', message: 'is taken' }];
  const { problem } = await ask(new ChatError('conflict', 'is taken', { fields }));
  expect(problem.errors).toEqual(fields);
});

test('unauthenticated says how to sign in, and too_large gives the connection up', async () => {
  const unauthenticated = await ask(new ChatError('unauthenticated'));
  expect(unauthenticated.response.headers.get('www-authenticate')).toBe('Bearer');
  const large = await ask(new ChatError('too_large'));
  expect(large.response.headers.get('connection')).toBe('close');
});

test('anything else thrown is internal to the caller, whole to the log, and the server lives', async () => {
  const secret = new Error('the password is hunter2');
  const { response, problem } = await ask(secret);
  expect(response.status).toBe(500);
  expect(problem).toMatchObject({
    code: 'internal',
    detail: ERRORS.internal.title,
    requestId: TEST_REQUEST_ID,
  });
  expect(JSON.stringify(problem)).not.toContain('hunter2');
  expect(routes.failures).toEqual([[secret, TEST_REQUEST_ID]]);
  expect((await ask(new ChatError('invalid'))).response.status).toBe(400);
});

test('an expected refusal is no failure of ours', async () => {
  await ask(new ChatError('not_found'));
  expect(routes.failures).toEqual([]);
});

test('a path without a route is not found, by its method and path', async () => {
  const { problem } = await ask(null, '/nowhere?token=secret');
  expect(problem).toMatchObject({ code: 'not_found', detail: 'there is nothing at GET /nowhere' });
});
