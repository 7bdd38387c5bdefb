/** The room for messages: a quota for each person, and a disk that is nearly full. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { ask } from '../harness/http.ts';
import { type At, PASSWORD, type Person, person } from '../harness/people.ts';
import { openSql } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';

/** A text of 24,000 bytes. */
const LONG = '\u6771'.repeat(8_000);

let app: TestApp;
let ann: Person;
let harbour: At;
let isFull = false;

beforeAll(async () => {
  const readFreeSpace = async () => ({ free: isFull ? -1 : 1_000, bound: 1 });
  app = await startApp({ env: { RATE_LIMITS: 'on', QUOTA_DAILY_MIB: '1' }, readFreeSpace });
  ann = await person(app, 'ann');
  harbour = await ann.opens('harbour');
});
afterAll(() => app.close());

async function storageBecomes(state: string): Promise<void> {
  await until(`storage is ${state}`, async () => {
    const { body } = await ask(app, 'GET', '/v1/ready');
    return (body as { storage?: string }).storage === state;
  });
}

describe('[L10] while the disk is nearly full', () => {
  let seq: number;
  beforeAll(async () => {
    ({ seq } = await ann.posts(harbour, 'before', 'a-stored-id'));
    isFull = true;
    await storageBecomes('full');
  });
  afterAll(async () => {
    isFull = false;
    await storageBecomes('open');
    await ann.posts(harbour, 'after');
  });

  it('everything that stores more is refused in words', async () => {
    const room = `/v1/rooms/${harbour.id}`;
    const registration = { username: 'bob', password: PASSWORD };
    const answers = await Promise.all([
      ann.asks('POST', `${room}/messages`, { content: 'more' }),
      ann.asks('PATCH', `${room}/messages/${seq}`, { content: 'longer' }),
      ann.asks('PUT', `${room}/messages/${seq}/reactions/%F0%9F%8E%89`),
      ann.asks('PATCH', room, { topic: 'more' }),
      ann.asks('POST', '/v1/rooms', { name: 'dock' }),
      ask(app, 'POST', '/v1/auth/register', { body: registration }),
    ]);
    for (const { status, body } of answers) {
      const detail = expect.stringContaining('almost no disk space left');
      expect({ status, body }).toMatchObject({ status: 503, body: { code: 'unavailable', detail } });
    }
  });

  it('[S2] a repeat gets the seq of the first, and other content of its id a conflict', async () => {
    await expectRepeats(ann, 'before');
  });

  it('reading, deleting and sign-in go on, and the metrics say it', async () => {
    const login = await ask(app, 'POST', '/v1/auth/login', { body: { login: 'ann', password: PASSWORD } });
    const read = await ann.asks('GET', `/v1/rooms/${harbour.id}/messages`);
    const deleted = await ann.asks('DELETE', `/v1/rooms/${harbour.id}/messages/${seq}`);
    expect([login.status, read.status, deleted.status]).toEqual([200, 200, 204]);
    expect(await (await fetch(`${app.url}/metrics`)).text()).toContain('banter_storage_full 1\n');
  });
});

it('[L9] a person over the quota is refused with the time, others write on, and the store keeps the count', async () => {
  const bob = await person(app, 'bob');
  await bob.joins(harbour);
  const send = (who: Person) => who.asks('POST', `/v1/rooms/${harbour.id}/messages`, { content: LONG });
  await bob.posts(harbour, 'first', 'a-stored-id');
  const statuses = (await Promise.all(Array.from({ length: 45 }, () => send(bob)))).map(
    ({ status }) => status,
  );
  expect(statuses.filter((status) => status === 201)).toHaveLength(42);
  expect(await send(bob)).toMatchObject({
    status: 429,
    body: { code: 'quota_exceeded', detail: expect.stringContaining('you can write again at 00:00 UTC') },
  });
  await expectRepeats(bob, 'first');
  expect((await send(ann)).status).toBe(201);
  const sql = await openSql(app.databaseUrl);
  const bytes = 42 * (3 * 8_000 + 512) + 'first'.length + 512;
  await until('the count is stored', async () => {
    const rows = await sql.rows<{ bytes: number }>('SELECT bytes FROM storage_use');
    return rows.some((row) => row.bytes === bytes);
  });
  await sql.close();
});

/** Sends a stored message once more over HTTP and a socket, with its own content and with another one. */
async function expectRepeats(who: Person, content: string): Promise<void> {
  const path = `/v1/rooms/${harbour.id}/messages`;
  const again = await who.asks('POST', path, { content, id: 'a-stored-id' });
  expect(again).toMatchObject({ status: 200, body: { content } });
  expect((await who.asks('POST', path, { content: 'other', id: 'a-stored-id' })).body).toMatchObject({
    code: 'idempotency_conflict',
  });
  const { seq } = again.body as { seq: number };
  await who.connects([{ roomId: harbour.id }]);
  const [repeat, fresh] = await Promise.all([
    who.tries(harbour, content, 'a-stored-id'),
    who.tries(harbour, LONG, 'a-newer-id'),
  ]);
  expect(repeat).toMatchObject({ type: 'ok', seq, duplicate: true });
  expect(['quota_exceeded', 'unavailable']).toContain(fresh.type === 'error' && fresh.code);
  who.socket.ws.terminate();
}
