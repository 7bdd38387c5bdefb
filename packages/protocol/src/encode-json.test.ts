import { describe, expect, test } from 'vitest';
import { encodeJson } from './encode-json.ts';
import type { RoomEvent, ServerEvent } from './events.ts';
import { encodeEvent } from './server-frames.ts';

const CONTROLS = [
  ...Array.from({ length: 0x20 }, (_, code) => code),
  ...Array.from({ length: 0x21 }, (_, i) => 0x7f + i),
  0x2028,
  0x2029,
].map((code) => String.fromCharCode(code));
const hasRaw = (json: string) => CONTROLS.some((control) => json.includes(control));

test('no control character is raw in JSON, and every text comes back', () => {
  for (const control of CONTROLS) {
    const value = { [control]: [`a${control}b`, { deep: control }] };
    expect(hasRaw(encodeJson(value))).toBe(false);
    expect(JSON.parse(encodeJson(value))).toEqual(value);
  }
  expect(encodeJson('\u009b31m')).toBe(String.raw`"\u009b31m"`);
  expect(encodeJson('\u007f')).toBe(String.raw`"\u007f"`);
});

test('everything else is written as JSON.stringify does', () => {
  for (const value of [
    '',
    'é \u00a0 ÿ',
    '部署失败',
    '😀',
    '\ud800',
    '\\u009b',
    '"',
    null,
    1,
    { a: undefined },
  ])
    expect(encodeJson(value)).toBe(JSON.stringify(value));
});

describe('[S7] an event with a control character in a text of its own is written without it', () => {
  const at = { roomId: 1, seq: 2, userId: 3, username: 'ada', at: '2026-11-30T17:00:00.000Z' };
  const bad = CONTROLS.join('');
  const message = { ...at, type: 'message', id: 'command-1', content: 'plain' } as const;
  test.each<[string, ServerEvent]>([
    ['a message', { ...message, content: bad }],
    ['a quote', { ...message, replyTo: 1, quote: { userId: 3, username: 'ada', line: bad } }],
    ['an edit', { ...at, type: 'edit', target: 1, content: bad } as RoomEvent],
    ['a topic', { ...at, type: 'topic', topic: bad } as RoomEvent],
    ['a reason', { ...at, type: 'kick', target: 4, targetUsername: 'bob', reason: bad } as RoomEvent],
    ['an away message', { type: 'presence', userId: 3, username: 'ada', state: 'away', awayMessage: bad }],
    ['an error', { type: 'error', code: 'invalid', message: bad }],
  ])('%s', (_name, event) => {
    const line = encodeEvent(event);
    expect(hasRaw(line)).toBe(false);
    expect(JSON.parse(line)).toEqual(event);
  });
});
