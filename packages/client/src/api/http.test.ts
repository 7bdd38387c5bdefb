import { ChatError } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fake-clock.ts';
import { ServerTime } from '../server-time.ts';
import { type Call, createCall, REQUEST_TIMEOUT_MS } from './http.ts';

const BASE_URL = 'http://chat.test/';

function callTo(
  answer: (url: URL, init: RequestInit) => Response | Promise<Response>,
  clock = new FakeClock(),
): Call {
  const fetch = async (url: unknown, init: unknown) => answer(url as URL, init as RequestInit);
  return createCall({
    baseUrl: BASE_URL,
    fetch: fetch as typeof globalThis.fetch,
    clock,
    time: new ServerTime(),
    credentials: 'omit',
  });
}

async function errorOf(answer: Promise<unknown>): Promise<ChatError> {
  const error = await answer.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ChatError);
  return error as ChatError;
}

describe('a call', () => {
  it('sends JSON with the token and returns JSON', async () => {
    const call = callTo(async (url, { method, headers, body, credentials }) =>
      Response.json({ url: url.href, method, headers, body, credentials }),
    );
    expect(await call('POST', '/v1/rooms', { body: { name: 'tides' }, token: 'abc' })).toEqual({
      url: 'http://chat.test/v1/rooms',
      method: 'POST',
      headers: {
        accept: 'application/json',
        authorization: 'Bearer abc',
        'content-type': 'application/json',
      },
      body: '{"name":"tides"}',
      credentials: 'omit',
    });
  });

  it('returns undefined for an empty answer', async () => {
    const call = callTo(() => new Response(null, { status: 204 }));
    expect(await call('DELETE', '/v1/sessions/1')).toBeUndefined();
  });

  it('aborts with its signal and rejects with the signal’s reason', async () => {
    const call = callTo((_url, { signal }) => {
      signal?.throwIfAborted();
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
    });
    const abort = new AbortController();
    const answer = call('GET', '/v1/search?q=tide', { signal: abort.signal });
    const reason = new Error('typed on');
    abort.abort(reason);
    await expect(answer).rejects.toBe(reason);
    await expect(call('GET', '/v1/search?q=tide', { signal: abort.signal })).rejects.toBe(reason);
  });

  it('rejects with the problem in the answer', async () => {
    const problem = {
      status: 429,
      code: 'rate_limited',
      detail: 'slow down',
      retryAfterMs: 1_500,
      errors: [{ field: 'name', message: 'is taken' }],
    };
    const error = await errorOf(callTo(() => Response.json(problem, { status: 429 }))('GET', '/'));
    expect(error).toMatchObject({ code: 'rate_limited', message: 'slow down', retryAfterMs: 1_500 });
    expect(error.fields).toEqual(problem.errors);
  });

  it.each([
    [401, 'unauthenticated'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [409, 'conflict'],
    [413, 'too_large'],
    [418, 'invalid'],
    [429, 'rate_limited'],
    [500, 'internal'],
    [502, 'unavailable'],
    [504, 'unavailable'],
  ])('maps status %i without a problem document to %s', async (status, code) => {
    expect((await errorOf(callTo(() => new Response('oops', { status }))('GET', '/'))).code).toBe(code);
  });

  it('reads Retry-After if there is no problem document', async () => {
    const call = callTo(() => new Response('', { status: 503, headers: { 'retry-after': '2' } }));
    expect((await errorOf(call('GET', '/'))).retryAfterMs).toBe(2_000);
  });

  it('rejects as unavailable if the server is unreachable or another one answers', async () => {
    const down = callTo(() => Promise.reject(new TypeError('fetch failed')));
    expect((await errorOf(down('GET', '/'))).code).toBe('unavailable');
    const portal = callTo(() => new Response('<html>Please log in to the hotel</html>'));
    expect((await errorOf(portal('GET', '/'))).code).toBe('unavailable');
  });

  it('times out without an answer', async () => {
    const clock = new FakeClock();
    const silent = callTo(
      (_url, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
        }),
      clock,
    );
    const error = errorOf(silent('GET', '/'));
    await clock.advance(REQUEST_TIMEOUT_MS);
    expect((await error).code).toBe('unavailable');
    expect(clock.waiting).toBe(0);
  });
});
