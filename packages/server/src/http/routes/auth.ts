/** Signing in and out. */
import { ChatError, EMAIL_MAX_CHARS, type TokenGrant, type User } from '@banter/protocol';
import { z } from 'zod';
import type { Chat } from '../../chat/chat.ts';
import type { SignIn } from '../../chat/sign-in/sessions.ts';
import { type HttpContext, visitorOf } from '../context.ts';
import { readDeviceCookie, setDeviceCookie } from '../device-cookie.ts';
import { clearRefreshCookie, readRefreshCookie, setRefreshCookie } from '../refresh-cookie.ts';
import { json, optionalJson, type RouteDeps, route } from '../route.ts';
import { session, text, ticket, tokenGrant } from '../schemas/schemas.ts';

const registerBody = z.strictObject({
  username: text,
  password: text,
  email: text.optional(),
  invite: text.optional(),
});
const loginBody = z.strictObject({ login: text.max(EMAIL_MAX_CHARS), password: text });
const refreshBody = z.strictObject({ refreshToken: text.optional() });
/** Where the refresh token goes: scripts without a cookie jar want it in the body. */
const grantQuery = z.strictObject({ refresh: z.enum(['cookie', 'body']).default('cookie') });

type RefreshTokenTransport = 'cookie' | 'body';

export const authRoutes = [
  route({
    method: 'POST',
    path: '/auth/register',
    summary: 'Make an account, and sign in',
    who: 'public',
    query: grantQuery,
    body: json(registerBody),
    answers: { 201: tokenGrant },
    errors: ['conflict', 'forbidden', 'rate_limited'],
    async handle({ c, chat, query, body }) {
      const account = await chat.accounts.register(body, visitorOf(c));
      return welcome(c, chat, account, query.refresh);
    },
  }),
  route({
    method: 'POST',
    path: '/auth/login',
    summary: 'Sign in with a username or an email',
    who: 'public',
    query: grantQuery,
    body: json(loginBody),
    answers: { 200: tokenGrant },
    errors: ['unauthenticated', 'forbidden', 'rate_limited'],
    async handle({ c, chat, query, body }) {
      const visitor = { ...visitorOf(c), device: readDeviceCookie(c) };
      const { user, passwordHash } = await chat.accounts.login(body, visitor);
      return welcome(c, chat, user, query.refresh, passwordHash);
    },
  }),
  route({
    method: 'POST',
    path: '/auth/refresh',
    summary: 'Get the next access token, by the refresh token of the body or of the cookie',
    who: 'public',
    rate: 'visit',
    body: optionalJson(refreshBody),
    answers: { 200: tokenGrant },
    errors: ['unauthenticated', 'forbidden'],
    async handle({ c, chat, allowsOrigin, body: { refreshToken } }) {
      const token = refreshToken ?? requireCookie(c, allowsOrigin);
      const grant = await chat.sessions.refresh(token, visitorOf(c));
      return deliver(c, grant, refreshToken === undefined ? 'cookie' : 'body');
    },
  }),
  route({
    method: 'POST',
    path: '/auth/reset',
    summary: 'Set a new password, by a token from an administrator or the operator',
    who: 'public',
    rate: 'visit',
    body: json(z.strictObject({ token: text, password: text })),
    answers: { 204: null },
    errors: ['not_found'],
    handle: ({ c, chat, body: { token, password } }) =>
      chat.administration.reset(token, password, visitorOf(c)),
  }),
  route({
    method: 'POST',
    path: '/auth/logout',
    summary: 'End this session, or revoke this token, with its sockets',
    who: 'signed-in',
    scope: 'write',
    withRoomToken: true,
    answers: { 204: null },
    async handle({ c, chat, caller }) {
      await chat.sessions.logout(caller);
      clearRefreshCookie(c);
    },
  }),
  route({
    method: 'GET',
    path: '/sessions',
    summary: 'List your sessions',
    who: 'signed-in',
    scope: 'admin',
    answers: { 200: z.object({ sessions: z.array(session) }) },
    handle: async ({ chat, caller }) => ({ sessions: await chat.sessions.list(caller) }),
  }),
  route({
    method: 'DELETE',
    path: '/sessions',
    summary: 'End all of your sessions but this one, with their sockets',
    who: 'signed-in',
    scope: 'admin',
    answers: { 204: null },
    handle: ({ chat, caller }) => chat.sessions.endOthers(caller),
  }),
  route({
    method: 'DELETE',
    path: '/sessions/{sessionId}',
    summary: 'End one of your sessions, with its sockets',
    who: 'signed-in',
    scope: 'admin',
    answers: { 204: null },
    handle: ({ chat, caller, params }) => chat.sessions.end(caller, 'login', params.sessionId),
  }),
  route({
    method: 'POST',
    path: '/tickets',
    summary: 'Get a one-use ticket, for a URL that cannot carry a header',
    who: 'signed-in',
    scope: 'read',
    withRoomToken: true,
    answers: { 201: ticket },
    handle: ({ chat, caller }) => chat.sessions.createTicket(caller),
  }),
];

/** Begins the session of somebody who has proved who they are; their browser is known from now on. */
async function welcome(
  c: HttpContext,
  chat: Chat,
  user: User,
  place: RefreshTokenTransport,
  passwordHash?: string,
): Promise<TokenGrant> {
  const grant = await chat.sessions.begin(user, visitorOf(c), passwordHash);
  if (place === 'cookie') setDeviceCookie(c, chat.devices.issue(user.id));
  return deliver(c, grant, place);
}

/** The answer to a sign-in; the refresh token goes into the cookie or the body, never both. */
function deliver(
  c: HttpContext,
  { refreshToken, ...grant }: SignIn,
  place: RefreshTokenTransport,
): TokenGrant {
  if (place === 'body') return { ...grant, refreshToken };
  setRefreshCookie(c, refreshToken);
  return grant;
}

function requireCookie(c: HttpContext, allowsOrigin: RouteDeps['allowsOrigin']): string {
  if (!allowsOrigin(c.env.incoming)) throw new ChatError('forbidden', 'this origin may not use the cookie');
  const token = readRefreshCookie(c);
  if (token) return token;
  throw new ChatError(
    'unauthenticated',
    'sign in first: there is neither a refresh cookie nor a refreshToken',
  );
}
