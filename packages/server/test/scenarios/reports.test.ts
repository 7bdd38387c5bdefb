/** Reports of messages to a room's moderators. */

import { REPORTS_OPEN_MAX, type Report, type ReportPage, type ServerEvent } from '@banter/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { roundTrip, signIn } from '../harness/socket.ts';
import { openSql } from '../harness/sql.ts';

let app: TestApp;
let root: Person;
let ann: Person;
let mod: Person;
let bob: Person;
let eve: Person;
let rooms = 0;
beforeAll(async () => {
  app = await startApp();
  root = await person(app, 'rosa');
  [ann, mod, bob, eve] = (await Promise.all(
    (['ann', 'mona', 'bob', 'eve'] as const).map((name) => person(app, name)),
  )) as [Person, Person, Person, Person];
});
afterAll(() => app.close());

const path = (room: At, rest: string) => `/v1/rooms/${room.id}${rest}`;
const reports = (who: Person, room: At, seq: number, reason = 'spam') =>
  who.asks('POST', path(room, `/messages/${seq}/report`), { reason });
const settles = (who: Person, room: At, { id }: Report, state: string) =>
  who.asks('PUT', path(room, `/reports/${id}`), { state });
const listed = async (who: Person, room: At, query = '') =>
  ((await who.asks('GET', path(room, `/reports${query}`))).body as ReportPage).reports;

async function shared(): Promise<At> {
  const room = await ann.opens(`reports-${++rooms}`);
  for (const who of [mod, bob, eve]) await ann.adds(room, who);
  await ann.asks('PUT', path(room, `/members/${mod.user.id}`), { role: 'moderator' });
  return room;
}

const isReport = (event: ServerEvent) => event.type === 'report';

it('[C9] a report is sent to the connected moderators and nobody else, and is in their list', async () => {
  const room = await shared();
  const sockets = await Promise.all([ann, mod, bob, eve].map(({ token }) => signIn(app, token)));
  const { seq } = await eve.posts(room, 'buy my boat');
  const { status, body } = await reports(bob, room, seq, 'an advertisement');
  const report = body as Report;
  expect(status).toBe(201);
  expect(report).toMatchObject({
    seq,
    username: 'bob',
    reason: 'an advertisement',
    state: 'open',
    about: { userId: eve.user.id, username: 'eve', content: 'buy my boat' },
  });
  for (const socket of sockets.slice(0, 2)) {
    expect(await socket.first('the report', isReport)).toEqual({ type: 'report', roomId: room.id, report });
  }
  expect(await listed(mod, room)).toEqual([report]);
  // An administrator may moderate open rooms without being a member.
  expect(await listed(root, room)).toEqual([report]);

  const closed = (await settles(mod, room, report, 'closed')).body as Report;
  expect(closed).toMatchObject({ state: 'closed', closedByUsername: 'mona', closedAt: expect.any(String) });
  await sockets[0]?.first('the end', (event) => event.type === 'report' && event.report.state === 'closed');
  expect(await listed(mod, room)).toEqual([]);
  expect(await listed(mod, room, '?state=closed')).toEqual([closed]);
  expect((await settles(ann, room, report, 'open')).body).toEqual(report);
  const { entries } = (await root.asks('GET', `/v1/admin/audit?roomId=${room.id}&act=report`)).body as {
    entries: { act: string; actorId: number; subject: object }[];
  };
  expect(entries).toMatchObject([
    { act: 'report.reopen', actorId: ann.user.id, subject: { reportId: report.id } },
    { act: 'report.close', actorId: mod.user.id, subject: { reportId: report.id } },
    { act: 'report.create', actorId: bob.user.id, subject: { target: seq, userId: eve.user.id } },
  ]);
  for (const socket of sockets.slice(2)) {
    await roundTrip(socket);
    expect(socket.events.filter(isReport)).toEqual([]);
  }
  for (const { ws } of sockets) ws.terminate();
});

it('[C9] [M2] a deletion removes the text from the report too, and keeps the report', async () => {
  const room = await shared();
  const { seq } = await eve.posts(room, 'words that nobody shall keep');
  const report = (await reports(bob, room, seq)).body as Report;
  await mod.asks('DELETE', path(room, `/messages/${seq}`));
  const [left] = await listed(mod, room);
  expect(left).toMatchObject({ id: report.id, about: { username: 'eve' } });
  expect(left?.about).not.toHaveProperty('content');
  expect((await reports(ann, room, seq)).body).toMatchObject({ code: 'not_found' });
  const sql = await openSql(app.databaseUrl);
  const kept = await sql.rows('SELECT FROM reports r WHERE to_jsonb(r)::text LIKE $1', ['%nobody shall%']);
  expect(kept).toEqual([]);
  await sql.close();
});

it('a person can report a message only once, even concurrently', async () => {
  const room = await shared();
  const { seq } = await eve.posts(room, 'again');
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => reports(bob, room, seq, `why ${i}`)),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(new Set(answers.map(({ body }) => (body as Report).id)).size).toBe(1);
  expect((await reports(ann, room, seq)).status).toBe(201);
  expect(await listed(mod, room)).toHaveLength(2);
});

it('one person can have only so many open reports until some are closed', async () => {
  const room = await shared();
  const seqs: number[] = [];
  for (let i = 0; i <= REPORTS_OPEN_MAX; i++) seqs.push((await eve.posts(room, `one of many ${i}`)).seq);
  const last = seqs.pop() ?? 0;
  for (const seq of seqs) expect((await reports(bob, room, seq)).status).toBe(201);
  expect((await reports(bob, room, last)).body).toMatchObject({ code: 'conflict' });
  const [newest, ...older] = await listed(mod, room);
  await settles(mod, room, newest as Report, 'closed');
  expect((await reports(bob, room, last)).status).toBe(201);
  expect((await listed(mod, room, '?limit=5')).slice(1)).toEqual(older.slice(0, 4));
});

it('a report needs a member, a message of the room, a reason, and a room with moderators', async () => {
  const room = await shared();
  const { seq } = await eve.posts(room, 'here');
  const direct = (await bob.asks('POST', '/v1/rooms/direct', { usernames: ['eve'] })).body as At;
  const told = await eve.posts(direct, 'there');
  const codes = (
    await Promise.all([
      reports(root, room, seq),
      reports(bob, room, 10_000),
      reports(bob, room, 1),
      reports(bob, room, seq, '  '),
      reports(bob, room, seq, 'x'.repeat(301)),
      reports(bob, direct, told.seq),
      bob.asks('GET', path(room, '/reports')),
      settles(bob, room, { id: 1 } as Report, 'closed'),
      settles(mod, room, { id: 2 ** 40 } as Report, 'closed'),
    ])
  ).map(({ body }) => (body as { code: string }).code);
  expect(codes).toEqual([
    'not_member',
    'not_found',
    'not_found',
    'invalid',
    'invalid',
    'forbidden',
    'forbidden',
    'forbidden',
    'not_found',
  ]);
});
