/** Calls that carry the session's access token. */
import { ChatError } from '@banter/protocol';
import type { Call, CallOptions } from './http.ts';
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

/**
 * Gets a list, which the server sends bare or under `name`.
 * @throws ChatError `unavailable` when the answer has no such list
 */
export async function requestList<T>(request: Request, name: string, path: string): Promise<T[]> {
  const body = await request<unknown>('GET', path);
  const list = Array.isArray(body) ? body : (body as Record<string, unknown> | undefined)?.[name];
  if (Array.isArray(list)) return list as T[];
  throw new ChatError('unavailable', `The server sent no list of ${name}; it may run another version`);
}
