/** The HTTP side of the fake server: routes as plain functions, failures on demand, answers that can be held back. */
import { ERRORS, type ErrorCode, type User } from '@banter/protocol';

/** A body, or the code of a problem. */
export type Answer = object | undefined | ErrorCode;

export type FakeRequest = { method: string; path: string; body: unknown; authorization: string | null };

export type FakeHttp = ReturnType<typeof createFakeHttp>;

export const EXPIRES_IN = 600;

/** Serves `routes` by method and path, a number in a path being `#`, and gives `user` tokens `token-1`, `token-2`, … */
export function createFakeHttp(
  user: User,
  routes: Record<string, (params: number[], query: URLSearchParams) => Answer>,
) {
  const requests: FakeRequest[] = [];
  /** What the next calls of a route answer instead, by `METHOD /path`. `down` is no answer at all. */
  const overrides = new Map<string, (Answer | 'down')[]>();
  let grants = 0;
  let isDown = false;
  let gate: { opened: Promise<void>; open(): void } | null = null;

  const grant = () => ({ user, accessToken: `token-${++grants}`, expiresIn: EXPIRES_IN });
  const all: typeof routes = {
    'POST /v1/auth/login': grant,
    'POST /v1/auth/register': grant,
    'POST /v1/auth/refresh': grant,
    'POST /v1/auth/logout': () => undefined,
    ...routes,
  };

  async function fakeFetch(input: unknown, init: RequestInit = {}): Promise<Response> {
    const url = new URL(String(input));
    const method = init.method ?? 'GET';
    const body = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    const authorization = new Headers(init.headers).get('authorization');
    requests.push({ method, path: url.pathname, body, authorization });
    const name = `${method} ${url.pathname}`;
    const override = overrides.get(name)?.shift();
    if (isDown || override === 'down') throw new TypeError('fetch failed');
    const response = respond(override ?? serve(method, url));
    await gate?.opened;
    return response;
  }

  function serve(method: string, url: URL): Answer {
    const params = [...url.pathname.matchAll(/\/(\d+)/g)].map((match) => Number(match[1]));
    const route = all[`${method} ${url.pathname.replace(/\/\d+/g, '/#')}`];
    return route ? route(params, url.searchParams) : 'not_found';
  }

  return {
    fetch: fakeFetch as typeof fetch,
    requests,
    /** Makes the next call of a route answer this. */
    next(name: string, ...answers: (Answer | 'down')[]) {
      overrides.set(name, [...(overrides.get(name) ?? []), ...answers]);
    },
    setDown(down: boolean) {
      isDown = down;
    },
    /** Holds back answers, though the server has made them, until the answer of this is called. */
    hold(): () => void {
      let open = () => {};
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      gate = { opened, open };
      return () => {
        gate = null;
        open();
      };
    },
    /** How often a route was called. */
    count: (name: string) => requests.filter((each) => `${each.method} ${each.path}` === name).length,
  };
}

function respond(answer: Answer): Response {
  const isProblem = typeof answer === 'string';
  const status = isProblem ? ERRORS[answer].status : 200;
  const body = isProblem ? { status, code: answer, detail: ERRORS[answer].title } : answer;
  const text = body === undefined ? '' : JSON.stringify(body);
  // Plain, so that reading it takes no more than a promise's turn.
  return { ok: !isProblem, status, headers: new Headers(), text: async () => text } as Response;
}
