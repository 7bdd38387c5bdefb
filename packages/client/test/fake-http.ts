/** The HTTP side of the fake server: routes as plain functions, failures on demand, and answers that can be held back. */
import { ERROR_STATUSES, ERRORS, type ErrorCode, type User } from '@banter/protocol';

/** A body, or the code of a problem. */
export type Answer = object | undefined | ErrorCode;

/** One request that was made. */
export type FakeRequest = { method: string; path: string; body: unknown; authorization: string | null };

/** Handlers by method and path. A `#` in the path matches a number. */
export type Routes = Record<string, (params: number[], query: URLSearchParams) => Answer>;

/** The life of an access token in seconds. */
export const EXPIRES_IN = 600;

/** Serves routes, and gives one user the tokens `token-1`, `token-2`, … */
export class FakeHttp {
  /** All requests so far. */
  readonly requests: FakeRequest[] = [];
  readonly #routes: Routes;
  /** Answers that replace those of a route, by `METHOD /path`. `down` fails the request. */
  readonly #overrides = new Map<string, (Answer | 'down')[]>();
  /** Whether every request fails. */
  isDown = false;
  #heldBack: Promise<void> | null = null;

  constructor(user: User, routes: Routes) {
    let grants = 0;
    const grant = () => ({ user, accessToken: `token-${++grants}`, expiresIn: EXPIRES_IN });
    this.#routes = {
      'POST /v1/auth/login': grant,
      'POST /v1/auth/register': grant,
      'POST /v1/auth/refresh': grant,
      'POST /v1/auth/logout': () => undefined,
      ...routes,
    };
  }

  /** The function that the client uses as `fetch`. */
  readonly fetch = (async (input: unknown, init: RequestInit = {}) => {
    const url = new URL(String(input));
    const method = init.method ?? 'GET';
    const body = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    const authorization = new Headers(init.headers).get('authorization');
    this.requests.push({ method, path: url.pathname, body, authorization });
    const override = this.#overrides.get(`${method} ${url.pathname}`)?.shift();
    if (this.isDown || override === 'down') throw new TypeError('fetch failed');
    const response = respond(override ?? this.#serve(method, url));
    await this.#heldBack;
    return response;
  }) as typeof fetch;

  /** Makes the next requests of a route get these answers. */
  next(name: string, ...answers: (Answer | 'down')[]): void {
    this.#overrides.set(name, [...(this.#overrides.get(name) ?? []), ...answers]);
  }

  /** Holds back answers, which the server has made already, until the returned function is called. */
  hold(): () => void {
    let open = () => {};
    this.#heldBack = new Promise<void>((resolve) => {
      open = resolve;
    });
    return () => {
      this.#heldBack = null;
      open();
    };
  }

  /** Returns the number of requests of a route. */
  count(name: string): number {
    return this.requests.filter((each) => `${each.method} ${each.path}` === name).length;
  }

  #serve(method: string, url: URL): Answer {
    const params = [...url.pathname.matchAll(/\/(\d+)/g)].map((match) => Number(match[1]));
    const route = this.#routes[`${method} ${url.pathname.replace(/\/\d+/g, '/#')}`];
    return route ? route(params, url.searchParams) : 'not_found';
  }
}

function respond(answer: Answer): Response {
  const isProblem = typeof answer === 'string';
  const status = isProblem ? ERROR_STATUSES[answer] : 200;
  const body = isProblem ? { status, code: answer, detail: ERRORS[answer].title } : answer;
  const text = body === undefined ? '' : JSON.stringify(body);
  // A plain object instead of a Response: its text settles within one turn of the promise queue.
  return { ok: !isProblem, status, headers: new Headers(), text: async () => text } as Response;
}
