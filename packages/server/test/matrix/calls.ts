/** The authorisation matrix: a row for each route of the HTTP API and each command of the sockets. */
import type { Op } from '@banter/protocol';
import { newId, PASSWORD } from '../harness/people.ts';
import { sessionOf } from './request.ts';
import {
  ACCEPTS,
  ADMINISTERS,
  ADMINISTERS_NOTHING,
  ANYONE,
  ARCHIVES,
  DECLINES,
  EDITS_OTHERS,
  ENTERS,
  GREETS,
  JOINS,
  KEEPS_ORDER,
  KNOWS_NOTHING,
  LEAVES,
  LETS_GO,
  MODERATES,
  NOT_THEIRS,
  OWNS,
  READS_ROOM,
  REPORTS,
  type Rights,
  SEES_ROOM,
  SIGNED_IN,
  SPEAKS,
  TAKES_AWAY,
  TAKES_BACK_OWN,
  UNINVITES,
} from './rights.ts';
import type { Scene } from './world.ts';

/** Returns values of path, query and body that the schema cannot know, by name. Null leaves the field out. */
export type Given = (scene: Scene) => Record<string, unknown>;
/** A row of the matrix. `what` tells rows of the same name apart. */
export type Row<Name extends string = string> = { name: Name; rights: Rights; given?: Given; what?: string };

/** The actor's own message; that of another member for an actor without one. */
const ownMessage: Given = ({ ownSeq }) => ({ seq: ownSeq });
const asOwner: Given = () => ({ role: 'owner' });

/** Every route. A route whose verdict depends on its subject has several rows. */
export const CALLS: readonly Row[] = [
  row('GET /health', ANYONE),
  row('GET /ready', ANYONE),
  row('GET /server', ANYONE),
  row('GET /openapi.json', ANYONE),

  row('POST /auth/register', ANYONE, () => ({ username: undefined, email: null, invite: null })),
  row('POST /auth/login', ANYONE),
  row('POST /auth/refresh', ANYONE),
  row('POST /auth/reset', KNOWS_NOTHING, undefined, 'with an invalid token'),
  row('POST /auth/logout', SIGNED_IN),
  row('GET /sessions', SIGNED_IN),
  row('DELETE /sessions', SIGNED_IN),
  row('DELETE /sessions/{sessionId}', SIGNED_IN),
  row('POST /tickets', SIGNED_IN),
  row('GET /tokens', SIGNED_IN),
  row('POST /tokens', SIGNED_IN, () => ({ roomId: null })),
  row('DELETE /tokens/{tokenId}', NOT_THEIRS, () => ({ tokenId: 1 })),

  row('GET /me', SIGNED_IN),
  row('PATCH /me', SIGNED_IN, () => ({ timeZone: 'Europe/Berlin' })),
  row('DELETE /me', SIGNED_IN),
  row('PUT /me/password', SIGNED_IN, () => ({ current: PASSWORD, new: PASSWORD })),
  row('PUT /me/email', SIGNED_IN, () => ({ email: `${newId()}@example.net` })),
  row('GET /users', SIGNED_IN),
  row('GET /users/{username}', SIGNED_IN),
  row('PUT /me/presence', SIGNED_IN),
  row('GET /me/ignored', SIGNED_IN),
  row('PUT /me/ignored/{userId}', SIGNED_IN),
  row('DELETE /me/ignored/{userId}', SIGNED_IN),

  row('GET /invitations', SIGNED_IN),
  row('POST /invitations', ADMINISTERS, () => ({ roomId: null }), 'to the server'),
  row('POST /invitations', MODERATES, undefined, 'to a room'),
  row('GET /invitations/{code}', ANYONE),
  row('POST /invitations/{code}/accept', SIGNED_IN, undefined, 'to the server'),
  row('POST /invitations/{code}/accept', ENTERS, undefined, 'to a room'),
  row('DELETE /invitations/{code}', UNINVITES),

  row('GET /search', SIGNED_IN, () => ({ cursor: null, roomId: null }), 'in all rooms'),
  row('GET /search', READS_ROOM, () => ({ cursor: null }), 'in one room'),

  row('GET /requests', SIGNED_IN),
  row('POST /requests/{roomId}/accept', ACCEPTS),
  row('DELETE /requests/{roomId}', DECLINES),
  row('DELETE /requests/{roomId}/people/{userId}', LETS_GO),

  row('GET /rooms', SIGNED_IN),
  row('POST /rooms', SIGNED_IN),
  row('GET /rooms/{roomId}', SEES_ROOM),
  row('POST /rooms/direct', SIGNED_IN, ({ stranger }) => ({ userIds: [stranger.user.id] })),
  row('PATCH /rooms/{roomId}', MODERATES),
  row('DELETE /rooms/{roomId}', ARCHIVES),
  row('POST /rooms/{roomId}/restore', ARCHIVES),
  row('POST /rooms/{roomId}/join', JOINS),
  row('POST /rooms/{roomId}/leave', LEAVES),

  row('GET /rooms/{roomId}/members', READS_ROOM),
  row('PUT /rooms/{roomId}/members/{userId}', OWNS, asOwner, 'a new role'),
  row(
    'PUT /rooms/{roomId}/members/{userId}',
    MODERATES,
    ({ stranger }) => ({ userId: stranger.user.id, role: 'member' }),
    'a stranger',
  ),
  row('DELETE /rooms/{roomId}/members/{userId}', MODERATES),
  row('GET /rooms/{roomId}/bans', KEEPS_ORDER),
  row('PUT /rooms/{roomId}/bans/{userId}', MODERATES),
  row('DELETE /rooms/{roomId}/bans/{userId}', MODERATES),
  row('PUT /rooms/{roomId}/mutes/{userId}', MODERATES),
  row('DELETE /rooms/{roomId}/mutes/{userId}', MODERATES),
  row('POST /rooms/{roomId}/messages/{seq}/report', REPORTS),
  row('GET /rooms/{roomId}/reports', KEEPS_ORDER),
  row('PUT /rooms/{roomId}/reports/{reportId}', KEEPS_ORDER, () => ({ state: 'closed' })),
  row('PUT /rooms/{roomId}/settings', READS_ROOM),
  row('PUT /rooms/{roomId}/read', READS_ROOM),
  row('POST /rooms/{roomId}/typing', READS_ROOM),

  row('GET /rooms/{roomId}/messages', READS_ROOM, () => ({
    before: null,
    after: null,
    around: null,
  })),
  row('POST /rooms/{roomId}/messages', SPEAKS),
  row('GET /rooms/{roomId}/messages/{seq}', READS_ROOM),
  row('PATCH /rooms/{roomId}/messages/{seq}', SPEAKS, ownMessage, 'your own'),
  row('PATCH /rooms/{roomId}/messages/{seq}', EDITS_OTHERS, undefined, "another person's"),
  row('DELETE /rooms/{roomId}/messages/{seq}', TAKES_BACK_OWN, ownMessage, 'your own'),
  row('DELETE /rooms/{roomId}/messages/{seq}', TAKES_AWAY, undefined, "another person's"),
  row('PUT /rooms/{roomId}/messages/{seq}/reactions/{emoji}', SPEAKS),
  row('DELETE /rooms/{roomId}/messages/{seq}/reactions/{emoji}', SPEAKS),
  row('GET /rooms/{roomId}/events', READS_ROOM),

  row('GET /admin/audit', ADMINISTERS, () => ({ act: null, roomId: null })),
  row('GET /admin/audit/verify', ADMINISTERS, () => ({ id: null, hash: null })),
  row('GET /admin/users', ADMINISTERS),
  row('GET /admin/users/{userId}', ADMINISTERS),
  row('PATCH /admin/users/{userId}', ADMINISTERS, () => ({ disabled: true, admin: null })),
  row('POST /admin/users/{userId}/reset', ADMINISTERS),
  row('GET /admin/users/{userId}/sessions', ADMINISTERS),
  row('DELETE /admin/users/{userId}/sessions', ADMINISTERS),
  row('DELETE /admin/users/{userId}/sessions/{sessionId}', ADMINISTERS, ({ target }) => ({
    sessionId: sessionOf(target.token),
  })),
  row(
    'DELETE /admin/retired-usernames/{username}',
    ADMINISTERS_NOTHING,
    undefined,
    'that no deleted account had',
  ),
  row('GET /admin/address-bans', ADMINISTERS),
  row('POST /admin/address-bans', ADMINISTERS, () => ({ range: '203.0.113.0/24' })),
  row(
    'DELETE /admin/address-bans/{banId}',
    ADMINISTERS_NOTHING,
    () => ({ banId: 2 ** 40 }),
    'an unknown ban',
  ),
];

/** Every command of `/v1/socket`. */
export const COMMANDS: readonly Row<Op>[] = [
  row('hello', GREETS),
  row('send', SPEAKS),
  row('edit', SPEAKS, ownMessage, 'your own'),
  row('edit', EDITS_OTHERS, undefined, "another person's"),
  row('delete', TAKES_BACK_OWN, ownMessage, 'your own'),
  row('delete', TAKES_AWAY, undefined, "another person's"),
  row('react', SPEAKS),
  row('subscribe', READS_ROOM),
  row('unsubscribe', LETS_GO),
  row('read', READS_ROOM),
  row('typing', GREETS),
  row('away', SIGNED_IN),
  row('auth', SIGNED_IN),
  row('pong', SIGNED_IN),
];

/** The uses of a room's plain socket. */
export const PLAIN: readonly Row<'open' | 'say'>[] = [row('open', READS_ROOM), row('say', SPEAKS)];

function row<Name extends string>(name: Name, rights: Rights, given?: Given, what?: string): Row<Name> {
  return { name, rights, ...(given ? { given } : {}), ...(what ? { what } : {}) };
}
