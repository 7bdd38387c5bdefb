/** `/metrics`: the values for Prometheus, and who may read them. */
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { ask } from '../harness/http.ts';
import { type Person, person } from '../harness/people.ts';
import { until } from '../harness/wait.ts';

const OPERATIONS = fileURLToPath(new URL('../../../../docs/operations.md', import.meta.url));
/** Headers of a request that came through a proxy. */
const FORWARDED = { 'x-forwarded-for': '203.0.113.7' };

let app: TestApp;
let ann: Person;
let bob: Person;
beforeAll(async () => {
  app = await startApp();
  ann = await person(app, 'ann');
  bob = await person(app, 'bob');
});
afterAll(() => app.close());

it('the metrics count open sockets, stored messages and written events', async () => {
  const before = await read();
  const room = await ann.opens('measured');
  await bob.joins(room);
  const socket = await bob.connects();
  for (let i = 0; i < 5; i++) await ann.posts(room, `message ${i}`);
  await bob.sees('message 4');
  const during = await read();
  const more = (name: string) => value(during, name) - value(before, name);
  expect(more('banter_messages_appended_total')).toBe(5);
  expect(more('banter_sockets')).toBe(1);
  expect(more('banter_people_online')).toBe(1);
  expect(value(during, 'banter_rooms_followed')).toBe(1);
  expect(value(during, 'banter_appender_depth')).toBe(0);
  expect(more('banter_fanout_writes_total')).toBeGreaterThanOrEqual(5);
  // The room's first event is stored with the room, without the appender.
  expect(more('banter_append_batch_size_sum')).toBe(6);
  expect(more('banter_http_requests_total{status="2xx"}')).toBeGreaterThanOrEqual(7);
  expect(more('banter_http_requests_total{status="1xx"}')).toBe(1);
  expect(value(during, 'process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
  socket.ws.terminate();
  await until('the socket is closed', async () => value(await read(), 'banter_sockets') === 0);
});

it('the metrics contain no name of a person or a room', async () => {
  const page = await read();
  expect(page).not.toMatch(/ann|bob|measured|127\.0\.0\.1/);
});

it('the metrics are not for a site whose name leads to this machine', async () => {
  const { port } = new URL(app.url);
  const statuses = await Promise.all(
    ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', `localhost:${port}`].map(
      (host) =>
        new Promise((resolve) => {
          get(`${app.url}/metrics`, { headers: { host } }, (answer) => resolve(answer.resume().statusCode));
        }),
    ),
  );
  expect(statuses).toEqual([401, 401, 401, 200]);
});

it('the metrics are for this machine; a request through a proxy must be an administrator’s', async () => {
  const asked = (token?: string) =>
    ask(app, 'GET', '/metrics', { headers: FORWARDED, ...(token ? { token } : {}) });
  expect(await asked()).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  expect(await asked(bob.token)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  expect((await asked(ann.token)).status).toBe(200);
});

it('the metrics match their description', async () => {
  const told = [...(await read()).matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]);
  const documented = [...readFileSync(OPERATIONS, 'utf8').matchAll(/^\| `((?:banter|process)_\w+)/gm)];
  expect(documented.map((match) => match[1]).toSorted()).toEqual(told.toSorted());
});

async function read(): Promise<string> {
  const { status, headers, body } = await ask(app, 'GET', '/metrics');
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  return body as string;
}

function value(page: string, name: string): number {
  const line = page.split('\n').find((text) => text.startsWith(`${name} `));
  if (line === undefined) throw new Error(`there is no ${name}`);
  return Number(line.slice(name.length + 1));
}
