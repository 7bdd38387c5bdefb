/** Lists are read in pages, all in the same form. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { type At, loggedIn, type Person, people, person } from '../harness/people.ts';

let app: TestApp;
let ann: Person;
let room: At;
beforeAll(async () => {
  app = await startApp();
  ann = await person(app, 'ann');
  const others = await people(app, 4);
  room = await ann.opens('harbour');
  await ann.opens('crew', 'closed');
  for (const name of ['harvest', 'pier', 'anchor']) await others[0]?.opens(name);
  for (const [i, other] of others.entries()) {
    await other.joins(room);
    const said = await ann.posts(room, `report this ${i}`);
    await other.asks('POST', `/v1/rooms/${room.id}/messages/${said.seq}/report`, { reason: 'x' });
    await ann.asks('PUT', `/v1/me/ignored/${other.user.id}`);
    await ann.asks('POST', '/v1/invitations', { roomId: room.id });
    await ann.asks('POST', '/v1/tokens', { name: `t${i}`, scopes: ['read'] });
    await ann.asks('POST', '/v1/admin/address-bans', { range: `203.0.113.${i}` });
    await loggedIn(app, 'ann');
  }
  for (const other of others.slice(2))
    await ann.asks('PUT', `/v1/rooms/${room.id}/bans/${other.user.id}`, { reason: 'x' });
});
afterAll(() => app.close());

const lists: [path: () => string, name: string, least: number][] = [
  [() => '/v1/rooms', 'rooms', 5],
  [() => '/v1/rooms?joined=true', 'rooms', 2],
  [() => '/v1/rooms?q=HAR', 'rooms', 2],
  [() => `/v1/rooms/${room.id}/members`, 'members', 3],
  [() => `/v1/rooms/${room.id}/bans`, 'bans', 2],
  [() => `/v1/rooms/${room.id}/reports`, 'reports', 4],
  [() => '/v1/me/ignored', 'ignored', 4],
  [() => '/v1/invitations', 'invitations', 4],
  [() => '/v1/sessions', 'sessions', 5],
  [() => `/v1/admin/users/${ann.user.id}/sessions`, 'sessions', 5],
  [() => '/v1/tokens', 'tokens', 4],
  [() => '/v1/admin/address-bans', 'bans', 4],
  [() => '/v1/admin/users', 'users', 5],
  [() => '/v1/admin/audit', 'entries', 10],
];

it.each(lists)('[L7] %s, under the name %s, shows each row once', async (path, name, least) => {
  const read = async (query: string) =>
    (await ann.asks('GET', `${path()}${path().includes('?') ? '&' : '?'}${query}`)).body as Record<
      string,
      unknown[]
    >;
  const whole = await read('limit=200');
  expect(whole[name]?.length).toBeGreaterThanOrEqual(least);
  expect(whole).not.toHaveProperty('cursor');
  const seen: unknown[] = [];
  let page = await read('limit=1');
  for (; page.cursor !== undefined; page = await read(`limit=1&cursor=${page.cursor}`))
    seen.push(...(page[name] ?? []));
  expect([...seen, ...(page[name] ?? [])].map(withoutUse)).toEqual(whole[name]?.map(withoutUse));
});

it('[L7] a text that is no cursor is invalid', async () => {
  for (const [path] of lists) {
    const answer = await ann.asks('GET', `${path()}${path().includes('?') ? '&' : '?'}cursor=x`);
    expect(answer, path()).toMatchObject({ status: 400, body: { code: 'invalid' } });
  }
});

/** Without the time of the last use, which each of these requests changes. */
function withoutUse(row: unknown): unknown {
  const { lastUsedAt: _, ...rest } = row as { lastUsedAt?: string };
  return rest;
}
