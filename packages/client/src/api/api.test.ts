import { describe, expect, it } from 'vitest';
import { createWorld } from '../../test/world.ts';
import type { Api } from '../types/api.ts';
import { createApi } from './api.ts';
import type { Call, CallOptions } from './http.ts';
import { createRequest } from './request.ts';
import { createSignInApi } from './sign-in-api.ts';
import type { TokenSession } from './token-session.ts';

/** An api whose calls are only written down. */
function written(answer: unknown): { api: Api; lines: [string, string, CallOptions | undefined][] } {
  const lines: [string, string, CallOptions | undefined][] = [];
  const call: Call = async (method, path, options) => {
    lines.push([method, path, options]);
    return answer;
  };
  const session = { token: async () => 't', renew: async () => 't' } as unknown as TokenSession;
  return { api: createApi(createSignInApi(call, 'cookie'), createRequest(call, session)), lines };
}

describe('the api', () => {
  it.each<{ ask: (api: Api) => Promise<unknown>; line: string; body?: unknown }>([
    { ask: (api) => api.logout(), line: 'POST /v1/auth/logout' },
    { ask: (api) => api.me(), line: 'GET /v1/me' },
    { ask: (api) => api.updateMe({ about: null }), line: 'PATCH /v1/me', body: { about: null } },
    {
      ask: (api) => api.changePassword({ current: 'a', new: 'b' }),
      line: 'PUT /v1/me/password',
      body: { current: 'a', new: 'b' },
    },
    {
      ask: (api) => api.changeEmail({ password: 'a', email: null }),
      line: 'PUT /v1/me/email',
      body: { password: 'a', email: null },
    },
    {
      ask: (api) => api.deleteAccount({ password: 'a', messages: 'keep' }),
      line: 'DELETE /v1/me',
      body: { password: 'a', messages: 'keep' },
    },
    { ask: (api) => api.endOtherSessions(), line: 'DELETE /v1/sessions' },
    {
      ask: (api) => api.setPresence({ state: 'away', message: 'x' }),
      line: 'PUT /v1/me/presence',
      body: { state: 'away', message: 'x' },
    },
    { ask: (api) => api.ignored(), line: 'GET /v1/me/ignored' },
    { ask: (api) => api.ignore(5), line: 'PUT /v1/me/ignored/5' },
    { ask: (api) => api.unignore(5), line: 'DELETE /v1/me/ignored/5' },
    { ask: (api) => api.invitations({ before: 9 }), line: 'GET /v1/invitations?before=9' },
    { ask: (api) => api.createInvitation({ roomId: 4 }), line: 'POST /v1/invitations', body: { roomId: 4 } },
    { ask: (api) => api.revokeInvitation(7), line: 'DELETE /v1/invitations/7' },
    { ask: (api) => api.acceptInvitation('a/b'), line: 'POST /v1/invitations/a%2Fb/accept' },
    { ask: (api) => api.user('a/b'), line: 'GET /v1/users/a%2Fb' },
    { ask: (api) => api.sessions(), line: 'GET /v1/sessions' },
    { ask: (api) => api.endSession(3), line: 'DELETE /v1/sessions/3' },
    { ask: (api) => api.tokens(), line: 'GET /v1/tokens' },
    {
      ask: (api) => api.createToken({ name: 'x', scopes: ['read'] }),
      line: 'POST /v1/tokens',
      body: { name: 'x', scopes: ['read'] },
    },
    { ask: (api) => api.revokeToken(3), line: 'DELETE /v1/tokens/3' },
    { ask: (api) => api.ticket(), line: 'POST /v1/tickets' },
    { ask: (api) => api.rooms(), line: 'GET /v1/rooms?archived=true' },
    { ask: (api) => api.openDirect({ userIds: [5] }), line: 'POST /v1/rooms/direct', body: { userIds: [5] } },
    { ask: (api) => api.archiveRoom(4), line: 'DELETE /v1/rooms/4' },
    { ask: (api) => api.restoreRoom(4), line: 'POST /v1/rooms/4/restore' },
    { ask: (api) => api.createRoom({ name: 'x' }), line: 'POST /v1/rooms', body: { name: 'x' } },
    { ask: (api) => api.room(4), line: 'GET /v1/rooms/4' },
    { ask: (api) => api.updateRoom(4, { topic: 'y' }), line: 'PATCH /v1/rooms/4', body: { topic: 'y' } },
    { ask: (api) => api.joinRoom(4), line: 'POST /v1/rooms/4/join' },
    { ask: (api) => api.leaveRoom(4), line: 'POST /v1/rooms/4/leave' },
    { ask: (api) => api.members(4), line: 'GET /v1/rooms/4/members' },
    {
      ask: (api) => api.setMember(4, 5, 'moderator'),
      line: 'PUT /v1/rooms/4/members/5',
      body: { role: 'moderator' },
    },
    { ask: (api) => api.removeMember(4, 5), line: 'DELETE /v1/rooms/4/members/5' },
    { ask: (api) => api.removeMember(4, 5, 'no'), line: 'DELETE /v1/rooms/4/members/5?reason=no' },
    { ask: (api) => api.bans(4), line: 'GET /v1/rooms/4/bans' },
    { ask: (api) => api.ban(4, 5), line: 'PUT /v1/rooms/4/bans/5', body: {} },
    { ask: (api) => api.ban(4, 5, { reason: 'x' }), line: 'PUT /v1/rooms/4/bans/5', body: { reason: 'x' } },
    { ask: (api) => api.unban(4, 5), line: 'DELETE /v1/rooms/4/bans/5' },
    { ask: (api) => api.mute(4, 5, 'then'), line: 'PUT /v1/rooms/4/mutes/5', body: { until: 'then' } },
    { ask: (api) => api.unmute(4, 5), line: 'DELETE /v1/rooms/4/mutes/5' },
    {
      ask: (api) => api.report(4, 6, 'spam'),
      line: 'POST /v1/rooms/4/messages/6/report',
      body: { reason: 'spam' },
    },
    {
      ask: (api) => api.setRoomSettings(4, { hideJoins: true }),
      line: 'PUT /v1/rooms/4/settings',
      body: { hideJoins: true },
    },
    { ask: (api) => api.reports(4, { state: 'closed' }), line: 'GET /v1/rooms/4/reports?state=closed' },
    {
      ask: (api) => api.settleReport(4, 8, 'closed'),
      line: 'PUT /v1/rooms/4/reports/8',
      body: { state: 'closed' },
    },
    { ask: (api) => api.messages(4), line: 'GET /v1/rooms/4/messages' },
    {
      ask: (api) => api.messages(4, { before: 9, limit: 50 }),
      line: 'GET /v1/rooms/4/messages?before=9&limit=50',
    },
    {
      ask: (api) => api.postMessage(4, { content: 'z' }),
      line: 'POST /v1/rooms/4/messages',
      body: { content: 'z' },
    },
    {
      ask: (api) => api.editMessage(4, 7, 'better'),
      line: 'PATCH /v1/rooms/4/messages/7',
      body: { content: 'better' },
    },
    { ask: (api) => api.deleteMessage(4, 7), line: 'DELETE /v1/rooms/4/messages/7' },
    { ask: (api) => api.react(4, 7, '👍', true), line: 'PUT /v1/rooms/4/messages/7/reactions/%F0%9F%91%8D' },
    {
      ask: (api) => api.react(4, 7, '👍', false),
      line: 'DELETE /v1/rooms/4/messages/7/reactions/%F0%9F%91%8D',
    },
    { ask: (api) => api.markRead(4, 7), line: 'PUT /v1/rooms/4/read', body: { seq: 7 } },
    { ask: (api) => api.admin.users({ prefix: 'm' }), line: 'GET /v1/admin/users?prefix=m' },
    {
      ask: (api) => api.admin.updateUser(5, { disabled: true }),
      line: 'PATCH /v1/admin/users/5',
      body: { disabled: true },
    },
    { ask: (api) => api.admin.resetToken(5), line: 'POST /v1/admin/users/5/reset' },
    { ask: (api) => api.admin.endSessions(5), line: 'DELETE /v1/admin/users/5/sessions' },
    { ask: (api) => api.admin.audit({ act: 'room' }), line: 'GET /v1/admin/audit?act=room' },
    { ask: (api) => api.admin.verifyAudit(), line: 'GET /v1/admin/audit/verify' },
    {
      ask: (api) => api.search({ q: 'a&b "c d"', order: 'best', limit: 5 }),
      line: 'GET /v1/search?q=a%26b+%22c+d%22&order=best&limit=5',
    },
  ])('asks $line', async ({ ask, line, body }) => {
    const { api, lines } = written([]);
    await ask(api);
    const [method, path, options] = lines[0] ?? [];
    expect(`${method} ${path}`).toBe(line);
    expect(options).toEqual({ token: 't', ...(body === undefined ? {} : { body }) });
  });

  it('takes a list bare or under its name, and refuses what is none', async () => {
    expect(await written({ rooms: [1] }).api.rooms()).toEqual([1]);
    expect(await written([2]).api.rooms()).toEqual([2]);
    await expect(written({ other: [] }).api.rooms()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('asks for the refresh token in the body where there is no cookie jar', async () => {
    const paths: string[] = [];
    const auth = createSignInApi(async (_method, path, options) => {
      paths.push(`${path} ${JSON.stringify(options?.body)}`);
    }, 'body');
    await auth.login({ login: 'juno', password: 'p' });
    await auth.refresh('r');
    await auth.refresh();
    expect(paths).toEqual([
      '/v1/auth/login?refresh=body {"login":"juno","password":"p"}',
      '/v1/auth/refresh {"refreshToken":"r"}',
      '/v1/auth/refresh {}',
    ]);
  });

  it('[A4] renews a refused token once and repeats the call', async () => {
    const { client, server } = createWorld();
    await client.login({ login: 'juno', password: 'correct horse' });
    server.http.next('GET /v1/rooms', 'unauthenticated');
    expect(await client.api.rooms()).toHaveLength(1);
    expect(
      server.http.requests.filter((each) => each.path === '/v1/rooms').map((each) => each.authorization),
    ).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('hands on a second refusal, and any other error, as it is', async () => {
    const { client, server } = createWorld();
    await client.login({ login: 'juno', password: 'correct horse' });
    server.http.next('GET /v1/rooms', 'unauthenticated', 'unauthenticated', 'forbidden');
    await expect(client.api.rooms()).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(client.api.rooms()).rejects.toMatchObject({ code: 'forbidden' });
  });
});
