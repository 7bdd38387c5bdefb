/** An invalid command is rejected alone: other commands in the same packet are stored byte for byte. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { event, eventsOf, text } from '../conformance/doors.ts';
import { startApp, type TestApp } from '../harness/app.ts';
import { type At, newId, type Person, person } from '../harness/people.ts';
import { openRaw } from '../harness/raw-socket.ts';
import { openSql, storedEvents } from '../harness/sql.ts';

let app: TestApp;
let ann: Person;
let room: At;
beforeAll(async () => {
  app = await startApp();
  ann = await person(app, 'ann');
  room = await ann.opens('lobby');
});
afterAll(() => app.close());

/** Replaces FIELDS in a frame, after op and id. */
const refused: [string, string][] = [
  ['a lone high surrogate', '"roomId":ROOM,"content":"a\\ud800b"'],
  ['a lone low surrogate', '"roomId":ROOM,"content":"a\\udc00b"'],
  ['U+0000', '"roomId":ROOM,"content":"a\\u0000b"'],
  ['__proto__', '"roomId":ROOM,"content":"x","__proto__":{"admin":true}'],
  ['constructor', '"roomId":ROOM,"content":"x","constructor":{"prototype":{}}'],
  ['a room beyond 2^53', '"roomId":9007199254740993,"content":"x"'],
  ['an answer to a seq beyond 2^53', '"roomId":ROOM,"content":"x","replyTo":9007199254740993'],
  ['a number that is infinite', '"roomId":ROOM,"content":"x","replyTo":1e400'],
  ['a negative zero', '"roomId":ROOM,"content":"x","replyTo":-0'],
  ['depth', `"roomId":ROOM,"content":${'['.repeat(8)}${']'.repeat(8)}`],
];

/** Contents that some layer might alter. */
const kept = [
  '\u{1F41F}\u{1F1E6}\u{1F1F9}',
  'e\u0301 is not \u00e9',
  '\ufeffa mark first',
  '\u202eturned\u202c',
  ' blanks around ',
  'tab\tline\nend\n',
  'controls \u0001\u001f\u007f\u0085\u2028\u2029',
  '\ufffd\ufffe\uffff',
  '"quotes" and \\ud800 as six letters',
  "%00 {{7*7}} <b> '; DROP TABLE accounts; --",
  '{"op":"send"}',
];

it('[S5] [L1] in a packet of valid and invalid commands, each invalid one is rejected by id and each valid one is stored unchanged', async () => {
  const frames: Buffer[] = [];
  const bad: string[] = [];
  const good = new Map<string, string>();
  for (let i = 0; i < Math.max(refused.length, kept.length); i++) {
    const [, fields] = refused[i] ?? [];
    // A socket may send nine invalid frames in a minute and stay open.
    if (fields !== undefined && bad.length < 9) {
      bad.push(newId());
      frames.push(text(`{"op":"send","id":"${bad.at(-1)}",${fields.replace('ROOM', String(room.id))}}`));
    }
    const content = kept[i];
    if (content === undefined) continue;
    const id = newId();
    good.set(id, content);
    frames.push(text(JSON.stringify({ op: 'send', id, roomId: room.id, content })));
  }
  const hello = text(JSON.stringify({ op: 'hello', token: ann.token }));
  const socket = await openRaw(app, '/v1/socket', {}, Buffer.concat([hello, ...frames]));
  for (const [id, content] of good) {
    expect(
      await event(socket, 'ok', (one) => 'id' in one && one.id === id && one.type !== 'message'),
    ).toMatchObject({
      type: 'ok',
    });
    const shown = await event(socket, 'the message', (one) => one.type === 'message' && one.id === id);
    expect(hexOf(shown.type === 'message' ? (shown.content ?? '') : '')).toBe(hexOf(content));
  }
  const errors = socket.frames.flatMap(eventsOf).filter(({ type }) => type === 'error');
  expect(errors.map((one) => 'id' in one && one.id)).toEqual(expect.arrayContaining(bad.slice(0, 3)));
  expect(errors).toHaveLength(bad.length);
  for (const one of errors) expect(one).toMatchObject({ code: 'invalid' });
  socket.destroy();
  const sql = await openSql(app.databaseUrl);
  const messages = (await storedEvents(sql, room.id)).filter(({ kind }) => kind === 'message');
  await sql.close();
  expect(messages.map(({ id, content }) => [id, hexOf(content ?? '')])).toEqual(
    [...good].map(([id, content]) => [id, hexOf(content)]),
  );
});

it.each(refused)('[S5] [L1] %s is rejected by its id, and the socket stays open', async (_name, fields) => {
  const id = newId();
  const socket = await ann.connects();
  socket.send(`{"op":"send","id":"${id}",${fields.replace('ROOM', String(room.id))}}`);
  const refusal = await socket.first('a refusal', ({ type }) => type === 'error');
  expect(refusal).toMatchObject({ code: 'invalid', ...(fields.includes('[[[') ? {} : { id }) });
  await ann.says(room, 'still here');
  socket.ws.terminate();
});

function hexOf(content: string): string {
  return Buffer.from(content).toString('hex');
}
