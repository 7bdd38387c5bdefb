import { ChatError, ERROR_STATUSES, ERRORS, type ErrorCode } from '@banter/protocol';
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
  '%s becomes a problem with its status, title and code',
  async (code) => {
    const { response, problem } = await ask(new ChatError(code, 'the detail'));
    expect(response.status).toBe(ERROR_STATUSES[code]);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('x-request-id')).toBe(TEST_REQUEST_ID);
    expect(problem).toEqual({
      type: `urn:banter:error:${code}`,
      title: ERRORS[code].title,
      status: ERROR_STATUSES[code],
      detail: 'the detail',
      code,
      requestId: TEST_REQUEST_ID,
    });
  },
);

test('[L2] the time to wait is in milliseconds in the body, and in whole seconds in Retry-After', async () => {
  const { response, problem } = await ask(
    new ChatError('rate_limited', 'slow down', { retryAfterMs: 1_001 }),
  );
  expect(problem.retryAfterMs).toBe(1_001);
  expect(response.headers.get('retry-after')).toBe('2');
});

test('errors lists the invalid fields', async () => {
  const fields = [{ field: 'name', message: 'is taken' }];
  const { problem } = await ask(new ChatError('conflict', 'is taken', { fields }));
  expect(problem.errors).toEqual(fields);
});

test('unauthenticated says how to sign in, and too_large closes the connection', async () => {
  const unauthenticated = await ask(new ChatError('unauthenticated'));
  expect(unauthenticated.response.headers.get('www-authenticate')).toBe('Bearer');
  const large = await ask(new ChatError('too_large'));
  expect(large.response.headers.get('connection')).toBe('close');
});

test('an unexpected error is internal for the caller and complete in the log, and the server goes on', async () => {
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

test('an expected error is not reported as a failure', async () => {
  await ask(new ChatError('not_found'));
  expect(routes.failures).toEqual([]);
});

test('a path without a route is not found, and the detail names its method and path', async () => {
  const { problem } = await ask(null, '/nowhere?token=secret');
  expect(problem).toMatchObject({ code: 'not_found', detail: 'no such endpoint: GET /nowhere' });
});

test('an address without a page answers a browser in HTML, and others in JSON', async () => {
  const types: [string, string, string][] = [
    ['/anything', 'text/html,application/xhtml+xml,*/*;q=0.8', 'text/html; charset=UTF-8'],
    ['/anything', '*/*', 'application/problem+json'],
    ['/v1/anything', 'text/html', 'application/problem+json'],
  ];
  for (const [path, accept, type] of types) {
    const response = await fetch(`${routes.url}${path}`, { headers: { Accept: accept } });
    expect([path, accept, response.status, response.headers.get('content-type')]).toEqual([
      path,
      accept,
      404,
      type,
    ]);
    expect(response.headers.get('vary')).toContain('Accept');
  }
});
