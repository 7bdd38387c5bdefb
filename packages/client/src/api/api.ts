/** The HTTP calls of the contract, one function each. */
import {
  type Ban,
  ChatError,
  type InvitationPage,
  type InvitationPreview,
  type Member,
  type Message,
  type MessagePage,
  type Mute,
  type NewInvitation,
  type NewPersonalToken,
  type OwnProfile,
  type PersonalToken,
  type Presence,
  type PublicProfile,
  type Report,
  type ReportPage,
  type Room,
  type RoomPerson,
  type SearchPage,
  type Session,
  type TokenGrant,
} from '@banter/protocol';
import type { AdminApi } from '../types/admin-api.ts';
import type { Api } from '../types/api.ts';
import type { Call, CallOptions } from './http.ts';
import type { TokenSession } from './token-session.ts';

/** Where the refresh token lives: in a cookie that scripts cannot read, or in the bodies of requests and answers. */
export type RefreshMode = 'cookie' | 'body';

/** The calls that need no token. */
export type AuthApi = Pick<Api, 'register' | 'login' | 'refresh' | 'resetPassword' | 'invitation'>;

/** Register, login and refresh; in `body` mode the answers carry the refresh token. */
export function createAuthApi(call: Call, mode: RefreshMode): AuthApi {
  const grant = (path: string, body: object) => call('POST', path, { body }) as Promise<TokenGrant>;
  const wish = mode === 'body' ? '?refresh=body' : '';
  return {
    register: (input) => grant(`/v1/auth/register${wish}`, input),
    login: (input) => grant(`/v1/auth/login${wish}`, input),
    resetPassword: (body) => call('POST', '/v1/auth/reset', { body }) as Promise<void>,
    invitation: (code) => call('GET', invitationPath(code)) as Promise<InvitationPreview>,
    refresh: (refreshToken) => grant('/v1/auth/refresh', refreshToken === undefined ? {} : { refreshToken }),
  };
}

/** All calls. Those that need a token take it from `session`, and are repeated once with a new one when it is refused. */
export function createApi(call: Call, auth: AuthApi, session: TokenSession): Api {
  async function ask<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const token = await session.token();
    try {
      return (await call(method, path, { ...options, token })) as T;
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== 'unauthenticated') throw error;
      return (await call(method, path, { ...options, token: await session.renew(token) })) as T;
    }
  }
  const list = async <T>(name: string, path: string) => listOf<T>(await ask('GET', path), name);

  return {
    ...auth,
    logout: () => ask<void>('POST', '/v1/auth/logout'),
    me: () => ask<OwnProfile>('GET', '/v1/me'),
    updateMe: (body) => ask<OwnProfile>('PATCH', '/v1/me', { body }),
    changePassword: (body) => ask<void>('PUT', '/v1/me/password', { body }),
    deleteAccount: (body) => ask<void>('DELETE', '/v1/me', { body }),
    changeEmail: (body) => ask<OwnProfile>('PUT', '/v1/me/email', { body }),
    setPresence: (body) => ask<Presence>('PUT', '/v1/me/presence', { body }),
    ignored: () => list<RoomPerson>('ignored', '/v1/me/ignored'),
    ignore: (userId) => ask<void>('PUT', `/v1/me/ignored/${userId}`),
    unignore: (userId) => ask<void>('DELETE', `/v1/me/ignored/${userId}`),
    invitations: (page = {}) => ask<InvitationPage>('GET', `/v1/invitations${queryOf(page)}`),
    createInvitation: (body = {}) => ask<NewInvitation>('POST', '/v1/invitations', { body }),
    revokeInvitation: (codeOrId) => ask<void>('DELETE', invitationPath(String(codeOrId))),
    acceptInvitation: (code) => ask('POST', `${invitationPath(code)}/accept`),
    user: (username) => ask<PublicProfile>('GET', `/v1/users/${encodeURIComponent(username)}`),
    sessions: () => list<Session>('sessions', '/v1/sessions'),
    endSession: (id) => ask<void>('DELETE', `/v1/sessions/${id}`),
    endOtherSessions: () => ask<void>('DELETE', '/v1/sessions'),
    tokens: () => list<PersonalToken>('tokens', '/v1/tokens'),
    createToken: (body) => ask<NewPersonalToken>('POST', '/v1/tokens', { body }),
    revokeToken: (id) => ask<void>('DELETE', `/v1/tokens/${id}`),
    ticket: () => ask('POST', '/v1/tickets'),
    rooms: () => list<Room>('rooms', '/v1/rooms?archived=true'),
    createRoom: (body) => ask<Room>('POST', '/v1/rooms', { body }),
    openDirect: (body) => ask<Room>('POST', '/v1/rooms/direct', { body }),
    room: (roomId) => ask<Room>('GET', roomPath(roomId)),
    updateRoom: (roomId, body) => ask<Room>('PATCH', roomPath(roomId), { body }),
    archiveRoom: (roomId) => ask<void>('DELETE', roomPath(roomId)),
    restoreRoom: (roomId) => ask<Room>('POST', roomPath(roomId, '/restore')),
    joinRoom: (roomId) => ask<Room>('POST', roomPath(roomId, '/join')),
    leaveRoom: (roomId) => ask<void>('POST', roomPath(roomId, '/leave')),
    members: (roomId) => list<Member>('members', roomPath(roomId, '/members')),
    setMember: (roomId, userId, role) =>
      ask<Member>('PUT', roomPath(roomId, `/members/${userId}`), { body: { role } }),
    removeMember: (roomId, userId, reason) =>
      ask<void>('DELETE', roomPath(roomId, `/members/${userId}${queryOf({ reason })}`)),
    bans: (roomId) => list<Ban>('bans', roomPath(roomId, '/bans')),
    ban: (roomId, userId, body = {}) => ask<Ban>('PUT', roomPath(roomId, `/bans/${userId}`), { body }),
    unban: (roomId, userId) => ask<void>('DELETE', roomPath(roomId, `/bans/${userId}`)),
    mute: (roomId, userId, until) =>
      ask<Mute>('PUT', roomPath(roomId, `/mutes/${userId}`), { body: { until } }),
    unmute: (roomId, userId) => ask<void>('DELETE', roomPath(roomId, `/mutes/${userId}`)),
    setRoomSettings: (roomId, body) => ask<Room>('PUT', roomPath(roomId, '/settings'), { body }),
    report: (roomId, seq, reason) =>
      ask<Report>('POST', roomPath(roomId, `/messages/${seq}/report`), { body: { reason } }),
    reports: (roomId, query = {}) => ask<ReportPage>('GET', roomPath(roomId, `/reports${queryOf(query)}`)),
    settleReport: (roomId, reportId, state) =>
      ask<Report>('PUT', roomPath(roomId, `/reports/${reportId}`), { body: { state } }),
    messages: (roomId, page = {}) => ask<MessagePage>('GET', roomPath(roomId, `/messages${queryOf(page)}`)),
    postMessage: (roomId, body) => ask<Message>('POST', roomPath(roomId, '/messages'), { body }),
    editMessage: (roomId, seq, content) =>
      ask<Message>('PATCH', roomPath(roomId, `/messages/${seq}`), { body: { content } }),
    deleteMessage: (roomId, seq) => ask<void>('DELETE', roomPath(roomId, `/messages/${seq}`)),
    react: (roomId, seq, emoji, on) =>
      ask<Message>(
        on ? 'PUT' : 'DELETE',
        roomPath(roomId, `/messages/${seq}/reactions/${encodeURIComponent(emoji)}`),
      ),
    markRead: (roomId, seq) => ask<void>('PUT', roomPath(roomId, '/read'), { body: { seq } }),
    search: (search, signal) => ask<SearchPage>('GET', `/v1/search${queryOf(search)}`, { signal }),
    admin: createAdminApi(ask),
  };
}

function invitationPath(code: string): string {
  return `/v1/invitations/${encodeURIComponent(code)}`;
}

type Ask = <T>(method: string, path: string, options?: CallOptions) => Promise<T>;

function createAdminApi(ask: Ask): AdminApi {
  const userPath = (userId: number, rest = '') => `/v1/admin/users/${userId}${rest}`;
  return {
    users: (page = {}) => ask('GET', `/v1/admin/users${queryOf(page)}`),
    updateUser: (userId, body) => ask('PATCH', userPath(userId), { body }),
    resetToken: (userId) => ask('POST', userPath(userId, '/reset')),
    endSessions: (userId) => ask('DELETE', userPath(userId, '/sessions')),
    audit: (page = {}) => ask('GET', `/v1/admin/audit${queryOf(page)}`),
    verifyAudit: () => ask('GET', '/v1/admin/audit/verify'),
  };
}

function roomPath(roomId: number, rest = ''): string {
  return `/v1/rooms/${roomId}${rest}`;
}

function queryOf(page: object): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(page)) if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** A list comes under its name, beside what else a page of it may tell, or bare. */
function listOf<T>(body: unknown, name: string): T[] {
  const list = Array.isArray(body) ? body : (body as Record<string, unknown> | undefined)?.[name];
  if (Array.isArray(list)) return list as T[];
  throw new ChatError('unavailable', `The server's answer holds no list of ${name}`);
}
