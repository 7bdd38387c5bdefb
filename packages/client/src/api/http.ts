/** One HTTP call to the server, and what its failures are called. */
import { ChatError, type ErrorCode, type FieldError, isErrorCode } from '@banter/protocol';
import type { Clock } from '../clock.ts';

/** How long a call may take before the server counts as out of reach. */
export const REQUEST_TIMEOUT_MS = 30_000;

export type CallOptions = {
  /** Sent as JSON. */
  body?: unknown;
  /** An access token. */
  token?: string;
  /** Ends the call when it aborts, and then rejects it with the signal's reason. */
  signal?: AbortSignal | undefined;
};

/** Makes one call; the answer's JSON, or undefined for an empty one. @throws ChatError, or the reason of its signal */
export type Call = (method: string, path: string, options?: CallOptions) => Promise<unknown>;

export type HttpOptions = {
  baseUrl: string;
  fetch: typeof fetch;
  clock: Clock;
  /** Whether the browser's cookies go along. */
  credentials: RequestCredentials;
};

/** Calls to the server at `baseUrl`. What cannot be reached, or does not speak the contract, rejects as `unavailable`. */
export function createCall({ baseUrl, fetch, clock, credentials }: HttpOptions): Call {
  return async (method, path, options = {}) => {
    const abort = new AbortController();
    const cancel = clock.setTimer(() => abort.abort(), REQUEST_TIMEOUT_MS);
    const signal = options.signal ? AbortSignal.any([abort.signal, options.signal]) : abort.signal;
    const init = { ...requestOf(method, options), credentials, signal };
    try {
      return await read(await fetch(new URL(path, baseUrl), init));
    } catch (cause) {
      if (cause instanceof ChatError) throw cause;
      options.signal?.throwIfAborted();
      throw new ChatError('unavailable', 'The server cannot be reached', { cause });
    } finally {
      cancel();
    }
  };
}

function requestOf(method: string, { body, token }: CallOptions): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (body === undefined) return { method, headers };
  headers['content-type'] = 'application/json';
  return { method, headers, body: JSON.stringify(body) };
}

async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  const body = text === '' ? undefined : parse(text);
  if (!response.ok) throw toChatError(response, isObject(body) ? body : {});
  if (text !== '' && body === undefined) {
    throw new ChatError('unavailable', 'Something that is not this server answered in its place');
  }
  return body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A problem document (RFC 9457) as the error it stands for; an answer without one goes by its status. */
function toChatError(response: Response, problem: Record<string, unknown>): ChatError {
  const code = isErrorCode(problem.code) ? problem.code : codeOf(response.status);
  const retryAfterMs =
    typeof problem.retryAfterMs === 'number' ? problem.retryAfterMs : retryAfterOf(response);
  return new ChatError(code, typeof problem.detail === 'string' ? problem.detail : undefined, {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(Array.isArray(problem.errors) ? { fields: problem.errors as FieldError[] } : {}),
  });
}

const CODES: Record<number, ErrorCode> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'too_large',
  429: 'rate_limited',
  500: 'internal',
};

function codeOf(status: number): ErrorCode {
  return CODES[status] ?? (status >= 500 ? 'unavailable' : 'invalid');
}

function retryAfterOf(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
