import { describe, expect, it } from 'vitest';
import { createWorld } from '../../test/world.ts';
import type { SignInApi } from '../types/accounts-api.ts';
import type { Api } from '../types/api.ts';
import { createApi } from './api.ts';
import type { Call, CallOptions } from './http.ts';
import { createRequest } from './request.ts';
import { createSignInApi } from './sign-in-api.ts';
import type { TokenSession } from './token-session.ts';

/** An Api whose calls are only recorded; each gets `answer`. */
function recordCalls(answer: unknown): { api: Api; calls: [string, string, CallOptions | undefined][] } {
  const calls: [string, string, CallOptions | undefined][] = [];
  const call: Call = async (method, path, options) => {
    calls.push([method, path, options]);
    return answer;
  };
  const session = { token: async () => 't', renew: async () => 't' } as unknown as TokenSession;
  return { api: createApi(createSignInApi(call, 'cookie'), createRequest(call, session)), calls };
}

/** The names of lists. */
const LISTS = ['rooms', 'members', 'bans', 'sessions', 'tokens', 'ignored', 'requests'];

/** Each call with a token, and the request that it makes. */
const CALLS: { run: (api: Api) => Promise<unknown>; request: string; body?: unknown }[] = [
  { run: (api) => api.logout(), request: 'POST /v1/auth/logout' },
  { run: (api) => api.me(), request: 'GET /v1/me' },
  { run: (api) => api.updateMe({ about: null }), request: 'PATCH /v1/me', body: { about: null } },
  {
    run: (api) => api.changePassword({ current: 'a', new: 'b' }),
    request: 'PUT /v1/me/password',
    body: { current: 'a', new: 'b' },
  },
  {
    run: (api) => api.changeEmail({ password: 'a', email: null }),
    request: 'PUT /v1/me/email',
    body: { password: 'a', email: null },
  },
  {
    run: (api) => api.deleteAccount({ password: 'a', messages: 'keep' }),
    request: 'DELETE /v1/me',
    body: { password: 'a', messages: 'keep' },
  },
  { run: (api) => api.endOtherSessions(), request: 'DELETE /v1/sessions' },
  {
    run: (api) => api.setPresence({ state: 'away', message: 'x' }),
    request: 'PUT /v1/me/presence',
    body: { state: 'away', message: 'x' },
  },
  { run: (api) => api.ignored(), request: 'GET /v1/me/ignored?limit=200' },
  { run: (api) => api.ignore(5), request: 'PUT /v1/me/ignored/5' },
  { run: (api) => api.unignore(5), request: 'DELETE /v1/me/ignored/5' },
  { run: (api) => api.invitations({ cursor: 'x' }), request: 'GET /v1/invitations?cursor=x' },
  {
    run: (api) => api.createInvitation({ roomId: 4 }),
    request: 'POST /v1/invitations',
    body: { roomId: 4 },
  },
  { run: (api) => api.revokeInvitation(7), request: 'DELETE /v1/invitations/7' },
  { run: (api) => api.acceptInvitation('a/b'), request: 'POST /v1/invitations/a%2Fb/accept' },
  { run: (api) => api.user('a/b'), request: 'GET /v1/users/a%2Fb' },
  { run: (api) => api.findUsers('é d'), request: 'GET /v1/users?q=%C3%A9+d' },
  { run: (api) => api.sessions(), request: 'GET /v1/sessions?limit=200' },
  { run: (api) => api.endSession(3), request: 'DELETE /v1/sessions/3' },
  { run: (api) => api.tokens(), request: 'GET /v1/tokens?limit=200' },
  {
    run: (api) => api.createToken({ name: 'x', scopes: ['read'] }),
    request: 'POST /v1/tokens',
    body: { name: 'x', scopes: ['read'] },
  },
  { run: (api) => api.revokeToken(3), request: 'DELETE /v1/tokens/3' },
  { run: (api) => api.ticket(), request: 'POST /v1/tickets' },
  { run: (api) => api.joinedRooms(), request: 'GET /v1/rooms?joined=true&archived=true&limit=200' },
  { run: (api) => api.rooms({ q: 'on' }), request: 'GET /v1/rooms?q=on' },
  {
    run: (api) => api.openDirect({ userIds: [5] }),
    request: 'POST /v1/rooms/direct',
    body: { userIds: [5] },
  },
  { run: (api) => api.archiveRoom(4), request: 'DELETE /v1/rooms/4' },
  { run: (api) => api.restoreRoom(4), request: 'POST /v1/rooms/4/restore' },
  { run: (api) => api.createRoom({ name: 'x' }), request: 'POST /v1/rooms', body: { name: 'x' } },
  { run: (api) => api.requests(), request: 'GET /v1/requests?limit=200' },
  { run: (api) => api.acceptRequest(4), request: 'POST /v1/requests/4/accept' },
  { run: (api) => api.declineRequest(4), request: 'DELETE /v1/requests/4' },
  { run: (api) => api.withdrawRequest(4, 7), request: 'DELETE /v1/requests/4/people/7' },
  { run: (api) => api.room(4), request: 'GET /v1/rooms/4' },
  { run: (api) => api.updateRoom(4, { topic: 'y' }), request: 'PATCH /v1/rooms/4', body: { topic: 'y' } },
  { run: (api) => api.joinRoom(4), request: 'POST /v1/rooms/4/join' },
  { run: (api) => api.leaveRoom(4), request: 'POST /v1/rooms/4/leave' },
  { run: (api) => api.members(4), request: 'GET /v1/rooms/4/members?limit=200' },
  {
    run: (api) => api.setMember(4, 5, 'moderator'),
    request: 'PUT /v1/rooms/4/members/5',
    body: { role: 'moderator' },
  },
  { run: (api) => api.removeMember(4, 5), request: 'DELETE /v1/rooms/4/members/5' },
  { run: (api) => api.removeMember(4, 5, 'no'), request: 'DELETE /v1/rooms/4/members/5?reason=no' },
  { run: (api) => api.bans(4), request: 'GET /v1/rooms/4/bans?limit=200' },
  { run: (api) => api.ban(4, 5), request: 'PUT /v1/rooms/4/bans/5', body: {} },
  {
    run: (api) => api.ban(4, 5, { reason: 'x' }),
    request: 'PUT /v1/rooms/4/bans/5',
    body: { reason: 'x' },
  },
  { run: (api) => api.unban(4, 5), request: 'DELETE /v1/rooms/4/bans/5' },
  { run: (api) => api.mute(4, 5, 'then'), request: 'PUT /v1/rooms/4/mutes/5', body: { until: 'then' } },
  { run: (api) => api.unmute(4, 5), request: 'DELETE /v1/rooms/4/mutes/5' },
  {
    run: (api) => api.report(4, 6, 'spam'),
    request: 'POST /v1/rooms/4/messages/6/report',
    body: { reason: 'spam' },
  },
  {
    run: (api) => api.setRoomSettings(4, { hideJoins: true }),
    request: 'PUT /v1/rooms/4/settings',
    body: { hideJoins: true },
  },
  { run: (api) => api.reports(4, { state: 'closed' }), request: 'GET /v1/rooms/4/reports?state=closed' },
  {
    run: (api) => api.settleReport(4, 8, 'closed'),
    request: 'PUT /v1/rooms/4/reports/8',
    body: { state: 'closed' },
  },
  { run: (api) => api.messages(4), request: 'GET /v1/rooms/4/messages' },
  {
    run: (api) => api.messages(4, { before: 9, limit: 50 }),
    request: 'GET /v1/rooms/4/messages?before=9&limit=50',
  },
  {
    run: (api) => api.postMessage(4, { content: 'z' }),
    request: 'POST /v1/rooms/4/messages',
    body: { content: 'z' },
  },
  {
    run: (api) => api.editMessage(4, 7, 'better'),
    request: 'PATCH /v1/rooms/4/messages/7',
    body: { content: 'better' },
  },
  { run: (api) => api.deleteMessage(4, 7), request: 'DELETE /v1/rooms/4/messages/7' },
  {
    run: (api) => api.react(4, 7, '👍', true),
    request: 'PUT /v1/rooms/4/messages/7/reactions/%F0%9F%91%8D',
  },
  {
    run: (api) => api.react(4, 7, '👍', false),
    request: 'DELETE /v1/rooms/4/messages/7/reactions/%F0%9F%91%8D',
  },
  { run: (api) => api.markRead(4, 7), request: 'PUT /v1/rooms/4/read', body: { seq: 7 } },
  { run: (api) => api.admin.users({ prefix: 'm' }), request: 'GET /v1/admin/users?prefix=m' },
  {
    run: (api) => api.admin.updateUser(5, { disabled: true }),
    request: 'PATCH /v1/admin/users/5',
    body: { disabled: true },
  },
  { run: (api) => api.admin.resetToken(5), request: 'POST /v1/admin/users/5/reset' },
  { run: (api) => api.admin.endSessions(5), request: 'DELETE /v1/admin/users/5/sessions' },
  { run: (api) => api.admin.audit({ act: 'room' }), request: 'GET /v1/admin/audit?act=room' },
  { run: (api) => api.admin.verifyAudit(), request: 'GET /v1/admin/audit/verify' },
  {
    run: (api) => api.search({ q: 'a&b "c d"', order: 'best', limit: 5, tz: 'Asia/Tokyo' }),
    request: 'GET /v1/search?q=a%26b+%22c+d%22&order=best&limit=5&tz=Asia%2FTokyo',
  },
];

describe('the Api', () => {
  it.each(CALLS)('requests $request', async ({ run, request, body }) => {
    const { api, calls } = recordCalls(Object.fromEntries(LISTS.map((name) => [name, []])));
    await run(api);
    const [method, path, options] = calls[0] ?? [];
    expect(`${method} ${path}`).toBe(request);
    expect(options).toEqual({ token: 't', ...(body === undefined ? {} : { body }) });
  });

  it('has a row for each call with a token', () => {
    const { admin, ...api } = createApi({} as SignInApi, async () => undefined as never);
    const names = [...Object.keys(api), ...Object.keys(admin).map((name) => `admin.${name}`)];
    expect([...new Set(CALLS.map(({ run }) => nameOf(run)))].toSorted()).toEqual(names.toSorted());
  });

  it('reads a list to its end, page by page, and rejects anything else', async () => {
    const answers: Record<string, object> = {
      '/v1/tokens?limit=200': { tokens: [1, 2], cursor: 'next' },
      '/v1/tokens?limit=200&cursor=next': { tokens: [3] },
    };
    const request = createRequest(async (_method, path) => answers[path], {
      token: async () => 't',
    } as unknown as TokenSession);
    expect(await createApi({} as SignInApi, request).tokens()).toEqual([1, 2, 3]);
    await expect(recordCalls({ other: [] }).api.tokens()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('stops reading a list that never ends', async () => {
    const { api, calls } = recordCalls({ tokens: [1], cursor: 'again' });
    expect(await api.tokens()).toHaveLength(200);
    expect(calls).toHaveLength(200);
  });

  it('requests the refresh token in the body in mode `body`', async () => {
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

  it('[A4] renews a rejected token once and repeats the call', async () => {
    const { client, server } = createWorld();
    await client.login({ login: 'juno', password: 'correct horse' });
    server.http.next('GET /v1/rooms', 'unauthenticated');
    expect(await client.api.joinedRooms()).toHaveLength(1);
    expect(
      server.http.requests.filter((each) => each.path === '/v1/rooms').map((each) => each.authorization),
    ).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('passes on a second rejection, and any other error', async () => {
    const { client, server } = createWorld();
    await client.login({ login: 'juno', password: 'correct horse' });
    server.http.next('GET /v1/rooms', 'unauthenticated', 'unauthenticated', 'forbidden');
    await expect(client.api.rooms()).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(client.api.rooms()).rejects.toMatchObject({ code: 'forbidden' });
  });
});

/** Returns the name of the call that a row makes. */
function nameOf(run: (api: Api) => unknown): string {
  let called = '';
  const recorder = (prefix: string): object =>
    new Proxy(
      {},
      {
        get(_, name) {
          if (name === 'admin') return recorder('admin.');
          called = `${prefix}${String(name)}`;
          return () => {};
        },
      },
    );
  run(recorder('') as Api);
  return called;
}
