/** Routes for personal access tokens, which programs use instead of signing in. */
import { z } from 'zod';
import { json, route } from '../route.ts';
import {
  asPage,
  givenTime,
  id,
  newPersonalToken,
  pageOf,
  pageQuery,
  personalToken,
  text,
  tokenScope,
} from '../schemas/schemas.ts';

const createBody = z.strictObject({
  name: text,
  scopes: z.array(tokenScope).min(1),
  roomId: id.optional(),
  expiresAt: givenTime.optional(),
});

/** Everything under /v1/tokens. */
export const tokenRoutes = [
  route({
    method: 'GET',
    path: '/tokens',
    summary: 'List your personal access tokens',
    who: 'signed-in',
    scope: 'admin',
    query: pageQuery,
    answers: { 200: pageOf('tokens', personalToken) },
    handle: async ({ chat, caller, query }) =>
      asPage('tokens', await chat.personalTokens.list(caller, query)),
  }),
  route({
    method: 'POST',
    path: '/tokens',
    summary: 'Create a personal access token; its secret is shown only once',
    who: 'signed-in',
    scope: 'admin',
    body: json(createBody),
    answers: { 201: newPersonalToken },
    errors: ['not_found', 'conflict'],
    handle: ({ chat, caller, body }) => chat.personalTokens.create(caller, body),
  }),
  route({
    method: 'DELETE',
    path: '/tokens/{tokenId}',
    summary: 'Revoke a personal access token, and close its sockets',
    who: 'signed-in',
    scope: 'admin',
    answers: { 204: null },
    handle: ({ chat, caller, params }) => chat.sessions.end(caller, 'token', params.tokenId),
  }),
];
