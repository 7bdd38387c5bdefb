/** What a personal token must be good for: the second half of the authorisation matrix. */
import type { Op, TokenScope } from '@banter/protocol';

/** Every call, under the scope that a token must have to make it. */
export const CALL_SCOPES: Record<TokenScope | 'none', readonly string[]> = {
  none: [
    'GET /health',
    'GET /ready',
    'GET /server',
    'GET /openapi.json',
    'POST /auth/register',
    'POST /auth/login',
    'POST /auth/refresh',
    'GET /invitations/{code}',
  ],
  read: [
    'POST /tickets',
    'GET /me',
    'GET /users/{username}',
    'GET /invitations',
    'GET /search',
    'GET /rooms',
    'GET /rooms/{roomId}',
    'GET /rooms/{roomId}/members',
    'GET /rooms/{roomId}/messages',
    'GET /rooms/{roomId}/messages/{seq}',
    'GET /rooms/{roomId}/events',
    'GET /rooms/{roomId}/bans',
  ],
  write: [
    'POST /auth/logout',
    'PATCH /me',
    'POST /invitations',
    'POST /invitations/{code}/accept',
    'DELETE /invitations/{code}',
    'POST /rooms',
    'POST /rooms/direct',
    'PATCH /rooms/{roomId}',
    'DELETE /rooms/{roomId}',
    'POST /rooms/{roomId}/restore',
    'POST /rooms/{roomId}/join',
    'POST /rooms/{roomId}/leave',
    'PUT /rooms/{roomId}/members/{userId}',
    'DELETE /rooms/{roomId}/members/{userId}',
    'PUT /rooms/{roomId}/bans/{userId}',
    'DELETE /rooms/{roomId}/bans/{userId}',
    'PUT /rooms/{roomId}/mutes/{userId}',
    'DELETE /rooms/{roomId}/mutes/{userId}',
    'PUT /rooms/{roomId}/read',
    'POST /rooms/{roomId}/typing',
    'POST /rooms/{roomId}/messages',
    'PATCH /rooms/{roomId}/messages/{seq}',
    'DELETE /rooms/{roomId}/messages/{seq}',
    'PUT /rooms/{roomId}/messages/{seq}/reactions/{emoji}',
    'DELETE /rooms/{roomId}/messages/{seq}/reactions/{emoji}',
  ],
  admin: [
    'GET /sessions',
    'DELETE /sessions',
    'DELETE /sessions/{sessionId}',
    'PUT /me/password',
    'PUT /me/email',
    'GET /tokens',
    'POST /tokens',
    'DELETE /tokens/{tokenId}',
    'GET /admin/audit',
    'GET /admin/audit/verify',
  ],
};

/** Calls about no room that a token for one room may make nevertheless: they tell nothing of others, and change nothing there. */
export const WITH_ROOM_TOKEN: readonly string[] = [
  'POST /auth/logout',
  'POST /tickets',
  'GET /me',
  'GET /rooms',
  'GET /search',
];

/** Every command; who may say hello may go on as they began. */
export const COMMAND_SCOPES: Record<Op, TokenScope | 'none'> = {
  hello: 'read',
  send: 'write',
  edit: 'write',
  delete: 'write',
  react: 'write',
  subscribe: 'read',
  unsubscribe: 'read',
  read: 'write',
  typing: 'write',
  auth: 'none',
  pong: 'none',
};
