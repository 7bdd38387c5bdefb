import { ChatError, encodeEvent, type ServerEvent } from '@banter/protocol';
import { describe, expect, test } from 'vitest';
import type { HttpContext } from './context.ts';
import { chooseForm, createFollow, NDJSON, SSE } from './event-stream.ts';

const message: ServerEvent = {
  type: 'message',
  roomId: 1,
  seq: 7,
  at: '2026-01-01T00:00:00.000Z',
  userId: 2,
  username: 'bob',
  content: 'two\nlines \u2028 data: x',
  id: 'id-000007',
};
const read: ServerEvent = { type: 'read', roomId: 1, seq: 7 };
const bye: ServerEvent = {
  type: 'bye',
  code: 1001,
  reason: 'server stopping: reconnect and resume',
  retryAfterMs: 1_500,
};

describe('[H2] Server-Sent Events', () => {
  const written = (...events: ServerEvent[]) => SSE.wire(events.map(encodeEvent).join('\n')).toString();

  test('have one block per event, whatever line breaks its text has', () => {
    expect(written(message, read)).toBe(
      `id: 7\nevent: message\ndata: ${encodeEvent(message)}\n\nevent: read\ndata: ${encodeEvent(read)}\n\n`,
    );
  });

  test('tell with `bye` when to reconnect', () => {
    expect(written(bye)).toBe(`retry: 1500\nevent: bye\ndata: ${encodeEvent(bye)}\n\n`);
    expect(written({ ...bye, retryAfterMs: 0 })).not.toContain('retry: ');
  });
});

test('[H2] JSON lines have one line per event, heartbeats included', () => {
  expect(NDJSON.wire([message, bye].map(encodeEvent).join('\n')).toString()).toBe(
    `${encodeEvent(message)}\n${encodeEvent(bye)}\n`,
  );
  expect(JSON.parse(NDJSON.heartbeat(5))).toEqual({ type: 'ping', t: 5 });
});

test.each([
  ['text/event-stream', SSE],
  ['application/x-ndjson', NDJSON],
  ['application/json, application/x-ndjson;q=0.5', NDJSON],
  ['application/x-ndjson, text/event-stream', NDJSON],
  ['text/event-stream;q=0, application/x-ndjson', NDJSON],
])('[H2] Accept: %s chooses a format', (accept, form) => {
  expect(chooseForm(accept)).toBe(form);
});

test.each([undefined, '', '*/*', 'text/*', 'text/event-streams', 'text/event-stream; q=0.0'])(
  '[H2] Accept: %s is rejected',
  (accept) => expect(() => chooseForm(accept)).toThrow('send Accept: text/event-stream'),
);

test('[L2] an address over its cap of sockets and streams gets no other stream', () => {
  const full = {
    acquire() {
      throw new ChatError('rate_limited');
    },
  };
  const follow = createFollow({ socketCounts: full } as never);
  const c = { env: { outgoing: { destroyed: false } }, get: () => ({ address: '192.0.2.1' }) };
  expect(() => follow(c as unknown as HttpContext, SSE, {} as never)).toThrow(ChatError);
  expect(c.env).not.toHaveProperty('takeOver');
});
