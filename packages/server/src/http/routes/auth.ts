/** Routes for registration, signing in and out, and sessions. */
import { ChatError, EMAIL_MAX_CHARS, type TokenGrant, type User } from '@banter/protocol';
import { z } from 'zod';
import type { Chat } from '../../chat/chat.ts';
import type { SignIn } from '../../chat/sign-in/sessions.ts';
import { type HttpContext, visitorOf } from '../context.ts';
import { readDeviceCookie, setDeviceCookie } from '../cookies/device-cookie.ts';
import {
  clearEarlierCookie,
  clearRefreshCookie,
  readRefreshCookie,
  setRefreshCookie,
} from '../cookies/refresh-cookie.ts';
import { json, optionalJson, type RouteDeps, route } from '../route.ts';
import { asPage, pageOf, pageQuery, session, text, ticket, tokenGrant } from '../schemas/schemas.ts';

const registerBody = z.strictObject({
  username: text,
  password: text,
  email: text.optional(),
  invite: text.optional(),
});
const loginBody = z.strictObject({ login: text.max(EMAIL_MAX_CHARS), password: text });
const refreshBody = z.strictObject({ refreshToken: text.optional() });
/** Says where the response puts the refresh token. Scripts without a cookie jar want it in the body. */
const grantQuery = z.strictObject({ refresh: z.enum(['cookie', 'body']).default('cookie') });

const FIRST_ACCOUNT = 'This is the first account of this server, so it is now the administrator.';

type RefreshTokenTransport = 'cookie' | 'body';

/** Everything under /v1/auth, /v1/sessions and /v1/tickets. */
export const authRoutes = [
  route({
    method: 'POST',
    path: '/auth/register',
    summary: 'Create an account and sign in',
    who: 'public',
    query: grantQuery,
    body: json(registerBody),
    answers: { 201: tokenGrant },
    errors: ['conflict', 'forbidden', 'rate_limited'],
    async handle({ c, chat, onFirstAccount, query, body }) {
      const account = await chat.accounts.register(body, visitorOf(c));
      // Everybody else becomes one later, by another administrator.
      if (account.admin) onFirstAccount(account);
      const grant = await beginSession(c, chat, account, query.refresh);
      return account.admin ? { ...grant, firstAccount: true as const, notice: FIRST_ACCOUNT } : grant;
    },
  }),
  route({
    method: 'POST',
    path: '/auth/login',
    summary: 'Sign in with a username or an email address',
    who: 'public',
    query: grantQuery,
    body: json(loginBody),
    answers: { 200: tokenGrant },
    errors: ['unauthenticated', 'forbidden', 'rate_limited'],
    async handle({ c, chat, query, body }) {
      const visitor = { ...visitorOf(c), device: readDeviceCookie(c) };
      const { user, passwordHash } = await chat.accounts.login(body, visitor);
      return beginSession(c, chat, user, query.refresh, passwordHash);
    },
  }),
  route({
    method: 'POST',
    path: '/auth/refresh',
    summary: 'Get a new access token with the refresh token from the body or the cookie',
    who: 'public',
    rate: 'visit',
    body: optionalJson(refreshBody),
    answers: { 200: tokenGrant },
    errors: ['unauthenticated', 'forbidden'],
    async handle({ c, chat, allowsOrigin, body: { refreshToken } }) {
      const token = refreshToken ?? requireCookie(c, allowsOrigin);
      const grant = await chat.sessions.refresh(token, visitorOf(c));
      if (refreshToken !== undefined) return grantAnswer(c, grant, 'body');
      clearEarlierCookie(c);
      return grantAnswer(c, grant, 'cookie');
    },
  }),
  route({
    method: 'POST',
    path: '/auth/reset',
    summary: 'Set a new password with a reset token from an administrator or the operator',
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
    summary: 'End this session or revoke this token, and close its sockets',
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
    query: pageQuery,
    answers: { 200: pageOf('sessions', session) },
    handle: async ({ chat, caller, query }) => asPage('sessions', await chat.sessions.list(caller, query)),
  }),
  route({
    method: 'DELETE',
    path: '/sessions',
    summary: 'End all your other sessions, and close their sockets',
    who: 'signed-in',
    scope: 'admin',
    answers: { 204: null },
    handle: ({ chat, caller }) => chat.sessions.endOthers(caller),
  }),
  route({
    method: 'DELETE',
    path: '/sessions/{sessionId}',
    summary: 'End one of your sessions, and close its sockets',
    who: 'signed-in',
    scope: 'admin',
    answers: { 204: null },
    handle: ({ chat, caller, params }) => chat.sessions.end(caller, 'login', params.sessionId),
  }),
  route({
    method: 'POST',
    path: '/tickets',
    summary: 'Get a single-use ticket, for requests that cannot send an Authorization header',
    who: 'signed-in',
    scope: 'read',
    withRoomToken: true,
    answers: { 201: ticket },
    handle: ({ chat, caller }) => chat.sessions.createTicket(caller),
  }),
];

/** Starts a session for an account that has just authenticated, and marks the browser as known. */
async function beginSession(
  c: HttpContext,
  chat: Chat,
  user: User,
  transport: RefreshTokenTransport,
  passwordHash?: string,
): Promise<TokenGrant> {
  const grant = await chat.sessions.begin(user, visitorOf(c), passwordHash);
  if (transport === 'cookie') setDeviceCookie(c, chat.deviceCookies.issue(user.id));
  return grantAnswer(c, grant, transport);
}

/** Returns the answer to a sign-in. The refresh token goes into the cookie or the body, never both. */
function grantAnswer(
  c: HttpContext,
  { refreshToken, ...grant }: SignIn,
  transport: RefreshTokenTransport,
): TokenGrant {
  if (transport === 'body') return { ...grant, refreshToken };
  setRefreshCookie(c, refreshToken);
  return grant;
}

/** Returns the refresh token from the cookie. @throws ChatError forbidden, unauthenticated. */
function requireCookie(c: HttpContext, allowsOrigin: RouteDeps['allowsOrigin']): string {
  if (!allowsOrigin(c.env.incoming))
    throw new ChatError('forbidden', 'pages of this origin may not use the refresh cookie');
  const token = readRefreshCookie(c);
  if (token) return token;
  throw new ChatError(
    'unauthenticated',
    'sign in first: the request has neither a refresh cookie nor a refreshToken',
  );
}
