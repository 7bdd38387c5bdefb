/** The calls about accounts, sessions, personal access tokens and invitations. */
import type { PersonalToken, RoomPerson, Session } from '@banter/protocol';
import type { AccountApi, InvitationApi, SessionApi } from '../types/accounts-api.ts';
import { invitationPath, queryOf } from './paths.ts';
import { type Request, requestList } from './request.ts';

/** Creates the calls about the caller's account and other people. */
export function createAccountApi(request: Request): AccountApi {
  return {
    logout: () => request('POST', '/v1/auth/logout'),
    me: () => request('GET', '/v1/me'),
    updateMe: (body) => request('PATCH', '/v1/me', { body }),
    changePassword: (body) => request('PUT', '/v1/me/password', { body }),
    deleteAccount: (body) => request('DELETE', '/v1/me', { body }),
    changeEmail: (body) => request('PUT', '/v1/me/email', { body }),
    user: (username) => request('GET', `/v1/users/${encodeURIComponent(username)}`),
    findUsers: (q) => request('GET', `/v1/users${queryOf({ q })}`),
    setPresence: (body) => request('PUT', '/v1/me/presence', { body }),
    ignored: () => requestList<RoomPerson>(request, 'ignored', '/v1/me/ignored'),
    ignore: (userId) => request('PUT', `/v1/me/ignored/${userId}`),
    unignore: (userId) => request('DELETE', `/v1/me/ignored/${userId}`),
  };
}

/** Creates the calls about sessions and personal access tokens. */
export function createSessionApi(request: Request): SessionApi {
  return {
    sessions: () => requestList<Session>(request, 'sessions', '/v1/sessions'),
    endSession: (id) => request('DELETE', `/v1/sessions/${id}`),
    endOtherSessions: () => request('DELETE', '/v1/sessions'),
    tokens: () => requestList<PersonalToken>(request, 'tokens', '/v1/tokens'),
    createToken: (body) => request('POST', '/v1/tokens', { body }),
    revokeToken: (id) => request('DELETE', `/v1/tokens/${id}`),
    ticket: () => request('POST', '/v1/tickets'),
  };
}

/** Creates the calls about invitations. */
export function createInvitationApi(request: Request): InvitationApi {
  return {
    invitations: (page = {}) => request('GET', `/v1/invitations${queryOf(page)}`),
    createInvitation: (body = {}) => request('POST', '/v1/invitations', { body }),
    revokeInvitation: (codeOrId) => request('DELETE', invitationPath(String(codeOrId))),
    acceptInvitation: (code) => request('POST', `${invitationPath(code)}/accept`),
  };
}
