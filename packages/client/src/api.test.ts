import { describe, expect, it } from 'vitest';
import { createWorld } from '../test/world.ts';
import { createApi, createAuthApi } from './api.ts';
import type { Call, CallOptions } from './http.ts';
import type { TokenSession } from './session.ts';
import type { Api } from './types.ts';

/** An api whose calls are only written down. */
function written(answer: unknown): { api: Api; lines: [string, string, CallOptions | undefined][] } {
  const lines: [string, string, CallOptions | undefined][] = [];
  const call: Call = async (method, path, options) => {
    lines.push([method, path, options]);
    return answer;
  };
  const session = { token: async () => 't', renew: async () => 't' } as unknown as TokenSession;
  return { api: createApi(call, createAuthApi(call, 'cookie'), session), lines };
}

describe('the api', () => {
  it.each<[(api: Api) => Promise<unknown>, string, unknown]>([
    [(api) => api.logout(), 'POST /v1/auth/logout', undefined],
    [(api) => api.me(), 'GET /v1/me', undefined],
    [(api) => api.user('a/b'), 'GET /v1/users/a%2Fb', undefined],
    [(api) => api.sessions(), 'GET /v1/sessions', undefined],
    [(api) => api.endSession(3), 'DELETE /v1/sessions/3', undefined],
    [(api) => api.ticket(), 'POST /v1/tickets', undefined],
    [(api) => api.rooms(), 'GET /v1/rooms', undefined],
    [(api) => api.createRoom({ name: 'x' }), 'POST /v1/rooms', { name: 'x' }],
    [(api) => api.room(4), 'GET /v1/rooms/4', undefined],
    [(api) => api.updateRoom(4, { topic: 'y' }), 'PATCH /v1/rooms/4', { topic: 'y' }],
    [(api) => api.joinRoom(4), 'POST /v1/rooms/4/join', undefined],
    [(api) => api.leaveRoom(4), 'POST /v1/rooms/4/leave', undefined],
    [(api) => api.members(4), 'GET /v1/rooms/4/members', undefined],
    [(api) => api.setMember(4, 5, 'moderator'), 'PUT /v1/rooms/4/members/5', { role: 'moderator' }],
    [(api) => api.removeMember(4, 5), 'DELETE /v1/rooms/4/members/5', undefined],
    [(api) => api.messages(4), 'GET /v1/rooms/4/messages', undefined],
    [
      (api) => api.messages(4, { before: 9, limit: 50 }),
      'GET /v1/rooms/4/messages?before=9&limit=50',
      undefined,
    ],
    [(api) => api.postMessage(4, { content: 'z' }), 'POST /v1/rooms/4/messages', { content: 'z' }],
    [(api) => api.markRead(4, 7), 'PUT /v1/rooms/4/read', { seq: 7 }],
  ])('%o asks %s', async (ask, line, body) => {
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
    const auth = createAuthApi(async (_method, path, options) => {
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
