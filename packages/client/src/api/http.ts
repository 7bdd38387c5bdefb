/** One HTTP call to the server, and the ChatErrors that its failures become. */
import { ChatError, type ErrorCode, type FieldError, isErrorCode } from '@banter/protocol';
import type { Clock } from '../clock.ts';
import type { ServerTime } from '../server-time.ts';

/** A call that takes longer counts as `unavailable`. */
export const REQUEST_TIMEOUT_MS = 30_000;

/** The optional parts of a call. */
export type CallOptions = {
  /** Sent as JSON. */
  body?: unknown;
  /** The access token to send. */
  token?: string;
  /** Aborts the call, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
};

/**
 * Makes one call and returns the answer's JSON, or undefined for an empty answer.
 * @throws ChatError, or the reason of its signal
 */
export type Call = (method: string, path: string, options?: CallOptions) => Promise<unknown>;

/** The server to call, and the means to call it. */
export type HttpOptions = {
  baseUrl: string;
  fetch: typeof fetch;
  clock: Clock;
  /** Learns from the dates of answers. */
  time: ServerTime;
  /** Whether the browser sends its cookies. */
  credentials: RequestCredentials;
};

/** Creates a Call to `baseUrl`. An unreachable server, or one that answers in another format, rejects as `unavailable`. */
export function createCall({ baseUrl, fetch, clock, time, credentials }: HttpOptions): Call {
  return async (method, path, options = {}) => {
    const abort = new AbortController();
    const cancel = clock.setTimer(() => abort.abort(), REQUEST_TIMEOUT_MS);
    const signal = options.signal ? AbortSignal.any([abort.signal, options.signal]) : abort.signal;
    const init = { ...requestOf(method, options), credentials, signal };
    try {
      const recordDate = time.beginRequest();
      const response = await fetch(new URL(path, baseUrl), init);
      recordDate(response.headers.get('date'));
      return await readJson(response);
    } catch (cause) {
      if (cause instanceof ChatError) throw cause;
      options.signal?.throwIfAborted();
      throw new ChatError('unavailable', "Can't reach the server. Check your network", { cause });
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

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  const body = text === '' ? undefined : parse(text);
  if (!response.ok) throw toChatError(response, isObject(body) ? body : {});
  if (text !== '' && body === undefined) {
    throw new ChatError(
      'unavailable',
      'Another server answered, perhaps a network sign-in page: check your network',
    );
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

/** Converts a problem document (RFC 9457); an answer without one is judged by its status. */
function toChatError(response: Response, problem: Record<string, unknown>): ChatError {
  const code = isErrorCode(problem.code) ? problem.code : codeOfStatus(response.status);
  const retryAfterMs =
    typeof problem.retryAfterMs === 'number' ? problem.retryAfterMs : retryAfterHeaderMs(response);
  return new ChatError(code, typeof problem.detail === 'string' ? problem.detail : undefined, {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(Array.isArray(problem.errors) ? { fields: problem.errors as FieldError[] } : {}),
  });
}

/** The codes of answers without a problem document, by status. */
const CODES_BY_STATUS: Record<number, ErrorCode> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'too_large',
  429: 'rate_limited',
  500: 'internal',
};

function codeOfStatus(status: number): ErrorCode {
  return CODES_BY_STATUS[status] ?? (status >= 500 ? 'unavailable' : 'invalid');
}

function retryAfterHeaderMs(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
