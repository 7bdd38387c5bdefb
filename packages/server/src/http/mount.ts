/** Mounts the declared routes on Hono. Only this file reads and checks requests, and writes responses. */
import { ChatError, encodeJson } from '@banter/protocol';
import { Hono } from 'hono';
import type { ContentfulStatusCode, StatusCode } from 'hono/utils/http-status';
import type { Caller } from '../chat/caller.ts';
import { requirePermission } from '../chat/permissions.ts';
import { shortSchemaOf, shownAnswer } from './answer-form.ts';
import type { HttpContext, HttpEnv } from './context.ts';
import { queryReader, readInput } from './input/input.ts';
import { PARAMS, paramNames } from './input/params.ts';
import { checksAddressBan } from './openapi.ts';
import type { Call, Route, RouteDeps } from './route.ts';
import { signIn } from './signed-in.ts';

/** An answer spends one request of the caller's rate for each of these many characters. */
export const CHARS_OF_A_REQUEST = 16 * 1024;

type AnyCall = Call<string, unknown, unknown, 'public' | 'signed-in'>;

/**
 * Creates an app with the routes. Every route makes its checks in the same order: rate limit, sign-in, path, token scope,
 * query, body. So a caller who is not signed in learns nothing, and a flood costs the store nothing.
 * @throws TypeError for a path with an unknown parameter, and for an answer to a change that chat/answers.ts does not know.
 */
export function mountRoutes(routes: readonly Route[], deps: RouteDeps): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  for (const route of routes) {
    const readParams = paramsReader(route.path);
    const readQuery = route.query && queryReader(route.query);
    for (const schema of Object.values(route.answers)) shortSchemaOf(route, schema);
    app.on(route.method, route.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (c) => {
      const { caller, expiresAt } = await signInFor(c, route, deps);
      const params = readParams(c);
      if (caller && route.who === 'signed-in')
        requirePermission(caller, route.scope, roomOf(route, params, caller));
      const query = readQuery?.(c);
      const body = route.body && (await readInput(c, route.body));
      // A person who posts with curl and follows the room in another window is not idle.
      if (caller && route.method !== 'GET') deps.chat.presence.markActive(caller);
      const call = { ...deps, c, caller, expiresAt, params, query, body } as AnyCall;
      return writeAnswer(c, route, call, await route.handle(call));
    });
  }
  return app;
}

/** Checks the address ban, then the sign-in or the rate limit. @throws ChatError forbidden, unauthenticated, rate_limited. */
async function signInFor(c: HttpContext, route: Route, { chat }: RouteDeps) {
  if (checksAddressBan(route)) chat.addressBans.requireAllowed(c.get('peer').address);
  if (route.who === 'signed-in') return signIn(c, chat, route.takesTicket ?? false);
  if (route.rate) chat.limits.take(route.rate, c.get('peer').address);
  return { caller: undefined, expiresAt: null };
}

/** Returns the room that a call is about, or null. A route without a room counts as about the token's, if it allows that. */
function roomOf(
  route: Extract<Route, { who: 'signed-in' }>,
  params: { roomId?: unknown },
  { permissions }: Caller,
): number | null {
  if (typeof params.roomId === 'number') return params.roomId;
  return route.withRoomToken ? permissions.roomId : null;
}

function paramsReader(path: string): (c: HttpContext) => Record<string, unknown> {
  const names = paramNames(path);
  return (c) =>
    Object.fromEntries(names.map((name) => [name, PARAMS[name].read(c.req.param(name) ?? '', name)]));
}

/** Writes the answer in the form that the route declares for its status, with what the caller's token may read. */
function writeAnswer(c: HttpContext, route: Route, { chat, caller }: AnyCall, result: unknown): Response {
  const { answers } = route;
  const [only, ...others] = Object.keys(answers);
  const { status, body } =
    others.length === 0
      ? { status: Number(only), body: result }
      : (result as { status: number; body: unknown });
  const schema = answers[status];
  if (schema === undefined)
    throw new ChatError('internal', `the route declares no answer with status ${status}`);
  if (schema !== null && 'mediaTypes' in schema) return body as Response;
  if (schema === null) return c.body(null, status as StatusCode);
  const shown = shownAnswer(route, schema, body, caller?.permissions);
  const text = encodeJson(shown);
  // A large answer costs as much as several requests: it takes the event loop as long [L2].
  const price = Math.floor(text.length / CHARS_OF_A_REQUEST);
  if (caller && price > 0) chat.limits.charge('act', caller.user.id, price);
  return c.body(text, status as ContentfulStatusCode, { 'Content-Type': 'application/json' });
}
