/** Sends HTTP requests to a server. */

/** Anything with a URL: a server in this process or in its own. */
export type Host = { readonly url: string };

/** A response. */
export type Answer = {
  status: number;
  headers: Headers;
  /** The parsed JSON, or the text of other media types. Empty for a stream of events, which has no end. */
  body: unknown;
};

/** The parts of a request. */
export type Ask = {
  token?: string;
  /** A string is sent as text/plain, anything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
};

/** Sends a request. @returns the response, with any status. */
export async function ask(host: Host, method: string, path: string, question: Ask = {}): Promise<Answer> {
  const { token, body, headers = {}, signal } = question;
  const response = await fetch(`${host.url}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': mediaTypeOf(body) }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  return { status: response.status, headers: response.headers, body: await bodyOf(response) };
}

/** Sends a request that must succeed. @returns its body. @throws Error with the response if it fails. */
export async function call<T>(host: Host, method: string, path: string, question: Ask = {}): Promise<T> {
  const { status, body } = await ask(host, method, path, question);
  if (status < 300) return body as T;
  throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
}

async function bodyOf(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  if (!STREAMS.some((stream) => type.startsWith(stream))) return parse(await response.text());
  await response.body?.cancel();
  return '';
}

const STREAMS = ['text/event-stream', 'application/x-ndjson'];

function mediaTypeOf(body: unknown): string {
  return typeof body === 'string' ? 'text/plain' : 'application/json';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Returns 'done' for a success, and the problem's code otherwise. */
export function codeOf({ status, body }: Answer): string {
  return status < 300 ? 'done' : (body as { code: string }).code;
}
