/** Calls that carry the session's access token. */
import { ChatError, PAGE_MAX } from '@banter/protocol';
import type { Call, CallOptions } from './http.ts';
import { queryOf } from './paths.ts';
import { isUnauthenticated, type TokenSession } from './token-session.ts';

/** Makes one call with the session's access token and returns the answer's JSON. @throws ChatError */
export type Request = <T>(method: string, path: string, options?: CallOptions) => Promise<T>;

/** Creates a Request. When the server rejects the token, it is renewed and the call repeated once. */
export function createRequest(call: Call, session: TokenSession): Request {
  return async <T>(method: string, path: string, options: CallOptions = {}) => {
    const token = await session.token();
    try {
      return (await call(method, path, { ...options, token })) as T;
    } catch (error) {
      if (!isUnauthenticated(error)) throw error;
      return (await call(method, path, { ...options, token: await session.renew(token) })) as T;
    }
  };
}

/** How many pages of a list are read at most: a server that never ends its list must not keep the client busy. */
const PAGES_MAX = 200;

/**
 * Gets all of a list, page by page. The server sends it under `name`, with the `cursor` of the next page.
 * @param query the list's own parameters
 * @throws ChatError `unavailable` when an answer has no such list
 */
export async function requestList<T>(
  request: Request,
  name: string,
  path: string,
  query: Record<string, string> = {},
): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const body = await request<Record<string, unknown> | undefined>(
      'GET',
      `${path}${queryOf({ ...query, limit: PAGE_MAX, cursor })}`,
    );
    const rows = body?.[name];
    if (!Array.isArray(rows))
      throw new ChatError('unavailable', `The server sent no list of ${name}; it may run another version`);
    all.push(...(rows as T[]));
    if (typeof body?.cursor !== 'string') break;
    cursor = body.cursor;
  }
  return all;
}
