/** One caller's flood of requests delays that caller. Everybody else, readiness and revocation go on. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { STATEMENT_LIMITS } from '../../src/app/databases.ts';
import { REVOCATION_PERIOD_MS } from '../../src/chat/sign-in/revocation.ts';
import { loadConfig } from '../../src/config/config.ts';
import { CHARS_OF_A_REQUEST } from '../../src/http/mount.ts';
import { createTestClock, startApp, type TestApp } from '../harness/app.ts';
import { type Answer, ask, codeOf } from '../harness/http.ts';
import { type At, loggedIn, PASSWORD, type Person, people, person } from '../harness/people.ts';
import { openSql, type Sql } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';

const { running, runningOfPerson, runningOfNetwork } = STATEMENT_LIMITS;
/** Short, so that a flood is small enough to arrive at once. */
const WAITING_OF_PERSON = 20;
const ACTS = 200;
const OFFICE = '198.51.100.1';
const HOME = '203.0.113.2';

const clock = createTestClock();
let app: TestApp;
let sql: Sql;
let ann: Person;
let bob: Person;
let cat: Person;
let crowd: Person[];
let room: At;
beforeAll(async () => {
  app = await startApp({
    clock,
    env: { RATE_LIMITS: 'on', TRUST_PROXY: 'loopback', RATE_ACT: `${ACTS}/0.1` },
    statementLimits: { ...STATEMENT_LIMITS, waitingOfPerson: WAITING_OF_PERSON },
  });
  sql = await openSql(app.databaseUrl);
  [ann, bob, cat] = [await person(app, 'ann'), await person(app, 'bob'), await person(app, 'cat')];
  room = await ann.opens('lobby');
  await ann.posts(room, 'a first message');
  crowd = await people(app, 8);
  for (const each of crowd) await each.joins(room);
});
afterEach(async () => {
  await sql.rows('ROLLBACK');
  await until(
    'nothing waits',
    async () => (await statements('running')) + (await statements('waiting')) === 0,
  );
});
afterAll(async () => {
  await sql.close();
  await app.close();
});

it('[L4] one person’s flood is refused above its bound, and delays nobody else', async () => {
  await holdHistory();
  const flood = readHistory(ann, runningOfPerson + WAITING_OF_PERSON + 10, OFFICE);
  await until('the flood fills its line', async () => (await statements('waiting')) === WAITING_OF_PERSON);
  expect(await statements('running')).toBe(runningOfPerson);
  await expectServed(bob, OFFICE);
  await sql.rows('ROLLBACK');
  const answers = await Promise.all(flood);
  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused.length).toBeGreaterThan(0);
  for (const { status, headers, body } of refused) {
    expect({ status, body }).toMatchObject({
      status: 429,
      body: { code: 'rate_limited', retryAfterMs: 1_000 },
    });
    expect(headers.get('retry-after')).toBe('1');
  }
});

it('[L4] many people of one address leave connections for other addresses', async () => {
  await holdHistory();
  const flood = crowd.flatMap((each) => readHistory(each, 10, OFFICE));
  await until(
    'the address has all it may have',
    async () => (await statements('running')) === runningOfNetwork,
  );
  await expectServed(bob, HOME);
  await sql.rows('ROLLBACK');
  expect(new Set((await Promise.all(flood)).map(({ status }) => status))).toEqual(new Set([200]));
});

it('[A4] sockets of ended sessions close, and readiness answers, while callers hold all their connections', async () => {
  const socket = await cat.connects([]);
  await holdHistory();
  const flood = crowd.flatMap((each, i) => readHistory(each, 10, i % 2 === 0 ? OFFICE : HOME));
  await until('all connections are held', async () => (await statements('running')) === running);
  expect((await ask(app, 'GET', '/v1/ready')).status).toBe(200);
  const second = await openSql(app.databaseUrl);
  await second.rows('UPDATE sessions SET ended_at = now() WHERE account_id = $1', [cat.user.id]);
  await second.close();
  clock.advance(REVOCATION_PERIOD_MS);
  expect((await socket.closed()).code).toBe(4200);
  await sql.rows('ROLLBACK');
  await Promise.all(flood);
});

/** Makes every read of history wait, until the transaction ends. */
async function holdHistory(): Promise<void> {
  await sql.rows('BEGIN');
  await sql.rows('LOCK TABLE messages IN ACCESS EXCLUSIVE MODE');
}

function readHistory(who: Person, times: number, address: string): Promise<Answer>[] {
  const headers = { 'x-forwarded-for': address };
  const read = () => who.asks('GET', `/v1/rooms/${room.id}/messages`, undefined, { headers });
  return Array.from({ length: times }, read);
}

async function expectServed(who: Person, address: string): Promise<void> {
  const headers = { 'x-forwarded-for': address };
  expect((await who.asks('GET', '/v1/me', undefined, { headers })).status).toBe(200);
  expect((await ask(app, 'GET', '/v1/server', { headers })).status).toBe(200);
  expect((await ask(app, 'GET', '/v1/ready', { headers })).status).toBe(200);
}

async function statements(state: 'running' | 'waiting'): Promise<number> {
  const page = String((await ask(app, 'GET', '/metrics')).body);
  return Number(new RegExp(`^banter_statements_${state} (\\d+)$`, 'm').exec(page)?.[1]);
}

it('[G9] [L2] calls that ask for the caller’s password spend a bucket of that person', async () => {
  const { burst } = loadConfig({}).rates?.prove ?? { burst: 0 };
  const change = () => bob.asks('PUT', '/v1/me/email', { password: PASSWORD, email: 'bob@example.net' });
  const codes: string[] = [];
  while (codes.length < burst + 1) codes.push(codeOf(await change()));
  expect(codes.slice(0, burst)).toEqual(Array.from({ length: burst }, () => 'done'));
  expect(codes.at(-1)).toBe('rate_limited');
  expect((await loggedIn(app, 'bob')).user.username).toBe('bob');
});

it('[L2] a large answer spends as much of the rate as several requests', async () => {
  const reader = await loggedIn(app, 'cat');
  const own = await reader.opens('long');
  const characters = 8_000;
  for (let i = 0; i < 20; i++) await reader.posts(own, 'x'.repeat(characters));
  const path = `/v1/rooms/${own.id}/messages`;
  const price = Math.floor((20 * characters) / CHARS_OF_A_REQUEST);
  let reads = 0;
  while ((await reader.asks('GET', path)).status === 200) reads++;
  expect(reads).toBeLessThanOrEqual(ACTS / price);
  expect(reads).toBeGreaterThan(ACTS / price / 4);
});
