/** Starting the server: settings, the log, trusted proxies. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { startApp } from '../harness/app.ts';
import { createTestDatabase } from '../harness/database.ts';
import { ask } from '../harness/http.ts';
import { PASSWORD, person } from '../harness/people.ts';
import { runProgram } from '../harness/program.ts';
import { startServer } from '../harness/server.ts';
import { openSocket } from '../harness/socket.ts';

const SECRET = 'a signing key for tests, long enough for any rule';
const NEXT_SECRET = 'another signing key for tests, just as long as it';

/** The tests start programs from source. */
vi.setConfig({ testTimeout: 90_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banter-start-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a start with invalid settings', () => {
  it('exits with 1, and names each setting, the fault and the allowed values', async () => {
    const program = runProgram({
      PORT: 'http',
      DATABASE_URL: 'mysql://localhost/banter',
      JWT_SECRET: 'short',
      TRUST_PROXY: 'everybody',
      REGISTRATION: 'maybe',
      LOG_LEVEL: 'loud',
      RATE_LIMITS: 'never',
      ALLOWED_ORIGINS: 'chat.example.net',
    });
    expect(await program.ended()).toBe(1);
    const lines = program.output();
    const names = [
      'PORT',
      'DATABASE_URL',
      'JWT_SECRET',
      'TRUST_PROXY',
      'REGISTRATION',
      'LOG_LEVEL',
      'RATE_LIMITS',
    ];
    for (const name of [...names, 'ALLOWED_ORIGINS'])
      expect(lines).toMatch(new RegExp(`^ +${name}: .+`, 'm'));
    expect(lines).not.toContain('short');
  });

  it.each([
    ['no JWT_SECRET', {}],
    ['a JWT_SECRET under 32 bytes', { JWT_SECRET: 'x'.repeat(31) }],
  ])('with DATABASE_URL and %s exits with 1 and says what to do', async (_name, settings) => {
    const program = runProgram({ DATABASE_URL: inject('serverUrl'), PORT: '0', ...settings });
    expect(await program.ended()).toBe(1);
    expect(program.output()).toMatch(/^ +JWT_SECRET: .*32/m);
  });

  it('on a port in use exits with 1 and names the port', async () => {
    const server = await startServer();
    const database = await createTestDatabase();
    const program = runProgram({ PORT: String(server.port), DATABASE_URL: database.url, JWT_SECRET: SECRET });
    expect(await program.ended()).toBe(1);
    expect(program.output()).toContain(`:${server.port}: another program uses this port`);
    await server.close();
    await database.drop();
  });
});

describe('settings', () => {
  it('may be in files', async () => {
    const path = join(folder, 'secret');
    await writeFile(path, `${SECRET}\n`);
    const app = await startApp({ env: { JWT_SECRET: '', JWT_SECRET_FILE: path } });
    const ann = await person(app, 'ann');
    expect((await ann.asks('GET', '/v1/me')).status).toBe(200);
    await app.close();
  });

  it('rotate the signing key: tokens of the previous key are accepted while it is set', async () => {
    const database = await createTestDatabase();
    const env = { DATABASE_URL: database.url };
    const before = await startApp({ env: { ...env, JWT_SECRET: SECRET } });
    const { token } = await person(before, 'ann');
    const rotated = await startApp({ env: { ...env, JWT_SECRET: NEXT_SECRET, JWT_SECRET_PREVIOUS: SECRET } });
    expect((await ask(rotated, 'GET', '/v1/me', { token })).status).toBe(200);
    const fresh = await person(rotated, 'bob');
    expect((await ask(before, 'GET', '/v1/me', { token: fresh.token })).status).toBe(401);
    const after = await startApp({ env: { ...env, JWT_SECRET: NEXT_SECRET } });
    expect((await ask(after, 'GET', '/v1/me', { token })).status).toBe(401);
    expect((await ask(after, 'GET', '/v1/me', { token: fresh.token })).status).toBe(200);
    for (const app of [before, rotated, after]) await app.close();
    await database.drop();
  });

  it('close registration, except for the first account', async () => {
    const app = await startApp({ env: { REGISTRATION: 'closed' } });
    const first = { username: 'first', password: PASSWORD };
    expect((await ask(app, 'POST', '/v1/auth/register', { body: first })).body).toMatchObject({
      user: { username: 'first', admin: true },
      firstAccount: true,
      notice: expect.stringContaining('administrator'),
    });
    const login = await ask(app, 'POST', '/v1/auth/login', { body: { login: 'first', password: PASSWORD } });
    expect(login.body).not.toHaveProperty('firstAccount');
    const body = { username: 'second', password: PASSWORD };
    expect(await ask(app, 'POST', '/v1/auth/register', { body })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    await app.close();
  });
});

describe('the log of a whole conversation', () => {
  it('has every request, and no token, password or text of a message', async () => {
    const server = await startServer({ env: { LOG_LEVEL: 'trace' } });
    const ann = await person(server, 'ann');
    const room = await ann.opens('lobby');
    await ann.connects();
    const text = 'words for members only';
    await ann.says(room, text);
    await ann.posts(room, `${text} too`);
    await ann.failsToSay(room, `${text}\u0000`);
    const { ticket } = (await ann.asks('POST', '/v1/tickets')).body as { ticket: string };
    const plain = await openSocket(server, { path: `/v1/rooms/${room.id}/ws?ticket=${ticket}` });
    plain.send(`${text} plain`);
    await plain.first('the text', ({ type }) => type === 'message');
    const [token, refreshToken] = [ann.token, ann.refreshToken];
    await ann.renews();
    await ann.asks('POST', '/v1/auth/login', { login: 'ann', password: 'some other pass phrase' });
    await ann.asks('GET', `/v1/rooms/${room.id}/messages?token=${token}`);
    await ann.asks('POST', '/v1/auth/register', `{"password":"${PASSWORD}"`);
    await server.stop();

    const output = server.output();
    const secrets = {
      text,
      PASSWORD,
      token,
      refreshToken,
      newToken: ann.token,
      newRefresh: ann.refreshToken,
      ticket,
    };
    const found = Object.entries({ ...secrets, other: 'some other pass phrase', key: SECRET }).filter(
      ([, secret]) => output.includes(secret),
    );
    expect(found.map(([name]) => name)).toEqual([]);
    expect(output).toContain('the first account was registered: it is the administrator of this server');
    const requests = output.split('\n').filter((line) => line.includes('"msg":"request"'));
    const last = JSON.parse(
      requests.find((line) => line.includes('"route":"/v1/rooms/:roomId/messages"')) ?? '{}',
    );
    expect(Object.keys(last)).toEqual(
      expect.arrayContaining(['requestId', 'method', 'route', 'status', 'durationMs', 'address']),
    );
    await server.close();
  });
});

describe('the peer', () => {
  const forged = {
    'x-forwarded-for': '203.0.113.7',
    'x-request-id': 'forged-request-id',
    'x-forwarded-proto': 'https',
  };
  const register = (host: { url: string }) =>
    ask(host, 'POST', '/v1/auth/register', {
      headers: forged,
      body: { username: 'ann', password: PASSWORD },
    });
  const sessionsOf = async (host: { url: string }, body: unknown) => {
    const { accessToken: token } = body as { accessToken: string };
    const answer = await ask(host, 'GET', '/v1/sessions', { token });
    return (answer.body as { sessions: { address: string }[] }).sessions;
  };

  it('without TRUST_PROXY, forwarding headers do not change address, scheme and request id', async () => {
    const app = await startApp();
    const { headers, body } = await register(app);
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(headers.get('set-cookie')).not.toContain('Secure');
    expect(await sessionsOf(app, body)).toMatchObject([{ address: '127.0.0.1' }]);
    await app.close();
  });

  it('behind a trusted proxy, the nearest address that is not a trusted proxy counts', async () => {
    const app = await startApp({ env: { TRUST_PROXY: 'loopback' } });
    const { headers, body } = await register(app);
    expect(headers.get('x-request-id')).toBe('forged-request-id');
    expect(headers.get('set-cookie')).toMatch(/^__Host-.*HttpOnly.*Secure.*SameSite=Strict/);
    expect(headers.get('strict-transport-security')).toContain('max-age=');
    expect(await sessionsOf(app, body)).toMatchObject([{ address: '203.0.113.7' }]);
    const chain = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9, 127.0.0.1', 'x-request-id': 'bad id\t' };
    const login = { login: 'ann', password: PASSWORD };
    const again = await ask(app, 'POST', '/v1/auth/login', { headers: chain, body: login });
    expect(again.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    expect((await sessionsOf(app, again.body)).map(({ address }) => address).toSorted()).toEqual([
      '203.0.113.7',
      '203.0.113.9',
    ]);
    await app.close();
  });
});
