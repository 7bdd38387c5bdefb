/** Banned networks: who is shut out, for how long, and by which node. */

import type { AuditPage } from '@banter/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestClock, startApp, type TestApp } from '../harness/app.ts';
import { ask } from '../harness/http.ts';
import { PASSWORD, type Person, person } from '../harness/people.ts';
import { type Collector, openSocket, refusalOf, roundTrip } from '../harness/socket.ts';
import { openSql, type Sql } from '../harness/sql.ts';

const NDJSON = 'application/x-ndjson';

let app: TestApp;
let sql: Sql;
let clock: ReturnType<typeof createTestClock>;
let ada: Person;
let bob: Person;
beforeEach(async () => {
  clock = createTestClock();
  app = await startApp({ clock, env: { TRUST_PROXY: 'loopback' } });
  sql = await openSql(app.databaseUrl);
  ada = await person(app, 'ada');
  bob = await person(app, 'bob');
});
afterEach(async () => {
  await sql.close();
  await app.close();
});

describe('a banned network', () => {
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
  const ban = (body: object) => ada.asks('POST', '/v1/admin/address-bans', body);
  const statusOf = async (address: string) => {
    const body = { login: 'bob', password: PASSWORD };
    return (await ask(app, 'POST', '/v1/auth/login', { ...from(address), body })).status;
  };

  it('[G7] cannot sign in, register or open sockets from then on, until the ban is lifted; other networks can', async () => {
    const made = await ban({ range: '203.0.113.77/24', reason: 'spam' });
    expect(made).toMatchObject({
      status: 201,
      body: { range: '203.0.113.0/24', reason: 'spam', byId: ada.user.id },
    });
    const calls: [string, string, object?][] = [
      ['POST', '/v1/auth/login', { login: 'bob', password: PASSWORD }],
      ['POST', '/v1/auth/register', { username: 'eve', password: PASSWORD }],
      ['POST', '/v1/auth/refresh', { refreshToken: bob.refreshToken }],
      ['GET', '/v1/me'],
    ];
    for (const [method, path, body] of calls) {
      const answer = await ask(app, method, path, { ...from('203.0.113.9'), token: bob.token, body });
      expect(answer, path).toMatchObject({ status: 403, body: { detail: expect.stringMatching(/banned/) } });
    }
    expect(await refusalOf(app, from('203.0.113.9'))).toMatchObject({ status: 403 });
    expect((await ask(app, 'GET', '/v1/health', from('203.0.113.9'))).status).toBe(200);
    expect(await statusOf('203.0.114.9')).toBe(200);
    const { id } = made.body as { id: number };
    expect((await ada.asks('DELETE', `/v1/admin/address-bans/${id}`)).status).toBe(204);
    expect(await statusOf('203.0.113.9')).toBe(200);
    expect((await ada.asks('DELETE', `/v1/admin/address-bans/${id}`)).status).toBe(404);
    expect(await acts()).toEqual(expect.arrayContaining(['address.ban', 'address.unban']));
  });

  it('[G7] loses its open sockets, streams and connections at once; other networks keep theirs', async () => {
    const room = await bob.opens('harbour');
    const own = (address: string) => ({ ...from(address), token: bob.token });
    const sockets = await Promise.all(['203.0.113.9', '198.51.100.9'].map((at) => greeted(at)));
    const plain = await openSocket(app, {
      path: `/v1/rooms/${room.id}/ws`,
      headers: { ...from('203.0.113.10').headers, authorization: `Bearer ${bob.token}` },
    });
    const stream = await fetch(`${app.url}/v1/rooms/${room.id}/events`, {
      headers: { ...from('203.0.113.11').headers, accept: NDJSON, authorization: `Bearer ${bob.token}` },
    });
    const unasked = await greetedNever('203.0.113.12');
    await ban({ range: '203.0.113.0/24' });
    for (const socket of [sockets[0], plain, unasked]) expect((await socket?.closed())?.code).toBe(4203);
    expect(await stream.text()).toContain('"type":"bye","code":4203');
    await roundTrip(sockets[1] as Collector);
    expect((await ask(app, 'GET', '/v1/me', own('198.51.100.9'))).status).toBe(200);
  });

  async function greeted(address: string): Promise<Collector> {
    const socket = await greetedNever(address);
    socket.send({ op: 'hello', token: bob.token, rooms: [] });
    await socket.first('welcome', ({ type }) => type === 'welcome');
    return socket;
  }

  const greetedNever = (address: string) => openSocket(app, from(address));

  it('[G7] includes all its addresses: a single IPv6 address means its /64', async () => {
    const cases: [given: string, range: string, inside: string, outside: string][] = [
      ['2001:db8:1:2::3', '2001:db8:1:2::/64', '2001:db8:1:2:ffff::1', '2001:db8:1:3::3'],
      ['2001:db8:2:2::3/128', '2001:db8:2:2::3/128', '2001:db8:2:2::3', '2001:db8:2:2::4'],
      ['::ffff:198.51.100.7', '198.51.100.7/32', '198.51.100.7', '198.51.100.8'],
      ['::ffff:203.0.113.0/120', '203.0.113.0/24', '203.0.113.255', '203.0.114.1'],
      ['192.0.2.7', '192.0.2.7/32', '192.0.2.7', '192.0.2.6'],
    ];
    for (const [given, range, inside, outside] of cases) {
      expect(await ban({ range: given })).toMatchObject({ status: 201, body: { range } });
      expect([await statusOf(inside), await statusOf(outside)], given).toEqual([403, 200]);
    }
  });

  it('[G7] in IPv6 is banned as a whole, until the ban expires', async () => {
    const until = new Date(clock.wall() + 60_000).toISOString();
    expect(await ban({ range: '2001:db8:1::/48', until })).toMatchObject({ status: 201, body: { until } });
    expect(await statusOf('2001:db8:1:2::3')).toBe(403);
    clock.advance(60_000);
    clock.advance(5_000);
    await expect.poll(() => statusOf('2001:db8:1:2::3')).toBe(200);
    expect((await ada.asks('GET', '/v1/admin/address-bans')).body).toEqual({ bans: [] });
  });

  it('has an end in any time zone and a one-line reason, as a ban from a room', async () => {
    expect(
      await ban({ range: '203.0.113.9', reason: 'spam\nand more', until: '2100-01-01T00:00:00+01:00' }),
    ).toMatchObject({ status: 201, body: { reason: 'spam and more', until: '2099-12-31T23:00:00.000Z' } });
    const until = '9999-12-31T23:59:59-23:59';
    expect(await ban({ range: '203.0.113.9', until })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'until' }] },
    });
  });

  it('[G7] banned by another node is rejected a few seconds later', async () => {
    await sql.rows(
      `INSERT INTO address_bans (range, reason, by_id, at) VALUES ('198.51.100.0/24', '', 1, now())`,
    );
    expect(await statusOf('198.51.100.1')).toBe(200);
    clock.advance(5_000);
    await expect.poll(() => statusOf('198.51.100.1')).toBe(403);
  });

  it('[G7] cannot be the caller’s own', async () => {
    expect(await ban({ range: '127.0.0.0/8' })).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await ban({ range: '0.0.0.0/0' })).toMatchObject({ status: 409 });
  });

  it.each([
    '',
    'x',
    '203.0.113',
    '203.0.113.0/33',
    '2001:db8::/129',
    'fe80::1%eth0',
    '203.0.113.0/24/1',
    '1.2.3.4 ',
  ])('an invalid network is rejected with an example of a valid one: %j', async (range) => {
    expect(await ban({ range })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'range', message: expect.stringContaining('203.0.113.0/24') }] },
    });
  });

  it('a ban that ends in the past is rejected', async () => {
    expect((await ban({ range: '192.0.2.1', until: '2020-01-01T00:00:00.000Z' })).status).toBe(400);
  });
});

/** Returns the audited acts since the people registered, newest first. Failed sign-ins are written a moment later. */
async function acts(): Promise<string[]> {
  const { entries } = (await ada.asks('GET', '/v1/admin/audit')).body as AuditPage;
  return entries.map(({ act }) => act).slice(0, -4);
}
