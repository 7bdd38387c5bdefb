import { expect, test } from 'vitest';
import { EVENT_TYPES } from './event-kinds.ts';
import { isRoomEvent, type RoomEvent, type ServerEvent } from './events.ts';

const fact = { roomId: 1, seq: 5, at: '2026-01-01T00:00:00.000Z', userId: 7, username: 'ann' };
const ROOM_EVENTS = EVENT_TYPES.map((type) => ({ ...fact, type }) as RoomEvent);

const OTHERS: ServerEvent[] = [
  { type: 'ok', id: 'abcdefgh', roomId: 1, seq: 5, at: fact.at },
  { type: 'error', code: 'invalid', message: 'no' },
  { type: 'typing', roomId: 1, userId: 7, username: 'ann' },
  { type: 'presence', userId: 7, username: 'ann', state: 'online' },
  { type: 'read', roomId: 1, seq: 5 },
  { type: 'live', roomId: 1, head: 5 },
  { type: 'reset', roomId: 1, head: 5, reason: 'epoch' },
  { type: 'ping', t: 1, heads: { 1: 5 } },
  { type: 'bye', code: 1001, reason: 'server stopping', retryAfterMs: 0 },
];

test.each(ROOM_EVENTS)('$type is a room event', (event) => {
  expect(isRoomEvent(event)).toBe(true);
});

test.each(OTHERS)('$type is not a room event', (event) => {
  expect(isRoomEvent(event)).toBe(false);
});
