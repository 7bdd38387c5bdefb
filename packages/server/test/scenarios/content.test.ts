/** The content of messages: stored and delivered as sent, or rejected. */

import { CONTENT_MAX_CHARS } from '@banter/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { type At, newId, type Person, person } from '../harness/people.ts';
import { isReplyTo, openSocket } from '../harness/socket.ts';
import { openSql, type Sql, storedEvents } from '../harness/sql.ts';

let app: TestApp;
let sql: Sql;
let ann: Person;
let bob: Person;
let room: At;
let rooms = 0;

beforeAll(async () => {
  app = await startApp();
  sql = await openSql(app.databaseUrl);
  [ann, bob] = await Promise.all([person(app, 'ann'), person(app, 'bob')]);
});
beforeEach(async () => {
  room = await ann.opens(`room${++rooms}`);
  await bob.joins(room);
  await Promise.all([ann.connects([{ roomId: room.id }]), bob.connects([{ roomId: room.id }])]);
});
afterEach(() => {
  for (const { socket } of [ann, bob]) socket.ws.terminate();
});
afterAll(async () => {
  await sql.close();
  await app.close();
});

describe('content', () => {
  const good = {
    'a letter': 'x',
    'as many characters as allowed': 'y'.repeat(CONTENT_MAX_CHARS),
    'as many emoji as allowed': '😀'.repeat(CONTENT_MAX_CHARS),
    'spaces around a letter': '  x ',
    'combining marks, not normalised': 'e\u0301 \u00e9',
    'control and bidi characters': '\u0001\u0007\u001b[31m \u202e\u2066 \ufeff',
    'JSON and markup': '{"type":"message"}\n</script><b>&amp;',
    'line and paragraph separators': 'a\u2028b\u2029c',
  };
  it.each(Object.entries(good))('[S5] %s is delivered byte for byte', async (_name, content) => {
    await ann.says(room, content);
    expect(Buffer.from((await bob.sees(content)).content ?? '')).toEqual(Buffer.from(content));
    const { messages } = await bob.reads(room);
    expect(messages.at(-1)?.content).toBe(content);
    const plain = await ann.asks('POST', `/v1/rooms/${room.id}/messages`, content);
    expect(plain).toMatchObject({ status: 201, body: { content } });
  });

  it('[S5] line ends are normalised before any other check', async () => {
    const id = newId();
    const { seq } = await ann.says(room, 'a\r\nb\rc\n', id);
    expect((await bob.sees('a\nb\nc\n')).seq).toBe(seq);
    expect(await ann.says(room, 'a\nb\nc\n', id)).toMatchObject({ seq, duplicate: true });
  });

  it('[S5] as many emoji as allowed fit into one frame and one body, however JSON escapes them', async () => {
    const content = '😀'.repeat(CONTENT_MAX_CHARS);
    const escaped = String.raw`\ud83d\ude00`.repeat(CONTENT_MAX_CHARS);
    const frame = `{"op":"send","id":"escaped-emoji","roomId":${room.id},"content":"${escaped}"}`;
    expect(frame.length).toBeGreaterThan(12 * CONTENT_MAX_CHARS);
    ann.socket.send(frame);
    expect((await bob.sees(content)).content).toBe(content);
    const answer = await fetch(`${app.url}/v1/rooms/${room.id}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ann.token}`, 'content-type': 'application/json' },
      body: `{"content":"${escaped}"}`,
    });
    expect(answer.status).toBe(201);
  });

  it('[S5] a byte order mark before a frame or a text is dropped', async () => {
    ann.socket.send(`\uFEFF{"op":"send","id":"marked-frame","roomId":${room.id},"content":"\uFEFFframe"}`);
    await bob.sees('\uFEFFframe');
    const plain = await openSocket(app, {
      path: `/v1/rooms/${room.id}/ws`,
      headers: { authorization: `Bearer ${ann.token}` },
    });
    plain.send('\uFEFFtext');
    await bob.sees('text');
    plain.ws.terminate();
  });

  const bad = {
    nothing: '""',
    'only spaces': '" \\u3000\\n"',
    'only invisible characters': '"\\u200b\\u2800"',
    'one character too many': JSON.stringify('y'.repeat(CONTENT_MAX_CHARS + 1)),
    'one emoji too many': JSON.stringify('😀'.repeat(CONTENT_MAX_CHARS + 1)),
    'U+0000': '"a\\u0000b"',
    'a high surrogate alone': '"a\\ud800b"',
    'a low surrogate alone': '"a\\udc00b"',
    'a pair the wrong way round': '"\\udc00\\ud800"',
  };
  it.each(Object.entries(bad))('[S5] %s is invalid, and affects no other message', async (_name, json) => {
    const id = newId();
    const before = ann.tries(room, 'before');
    ann.socket.send(`{"op":"send","id":"${id}","roomId":${room.id},"content":${json}}`);
    const after = ann.tries(room, 'after');
    expect(await ann.socket.first('the refusal', (event) => isReplyTo(event, id))).toMatchObject({
      type: 'error',
      code: 'invalid',
    });
    expect((await Promise.all([before, after])).map(({ type }) => type)).toEqual(['ok', 'ok']);
    expect(await storedTexts()).toEqual(['before', 'after']);
    const response = await fetch(`${app.url}/v1/rooms/${room.id}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ann.token}`, 'content-type': 'application/json' },
      body: `{"content":${json}}`,
    });
    expect(response.status).toBe(400);
  });
});

async function storedTexts(): Promise<(string | null)[]> {
  const events = await storedEvents(sql, room.id);
  return events.filter(({ kind }) => kind === 'message').map(({ content }) => content);
}
