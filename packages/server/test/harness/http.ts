/** Asking a server over HTTP, as a script does. */

/** Anything with an address: a server in this process or in one of its own. */
export type Host = { readonly url: string };

export type Answer = {
  status: number;
  headers: Headers;
  /** The parsed JSON, or the text of anything else; of a stream of events, which has no end, an empty one. */
  body: unknown;
};

export type Ask = {
  token?: string;
  /** A string goes as text/plain, anything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
};

/** One request, one answer, whatever its status. */
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

/** As `ask`, for a call that must succeed. @throws Error with the answer when it does not. */
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
