import type { RoomEvent } from '@banter/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { createManualClock, type ManualClock, WALL_START_MS } from '../../../test/harness/clock.ts';
import type { Membership } from '../../store/memberships.ts';
import { createVoices, type Voices } from './speaking-rights.ts';

const ROOM = 7;
const BOB = 2;
const LATER = new Date(WALL_START_MS + 60_000).toISOString();

let clock: ManualClock;
let voices: Voices;
beforeEach(() => {
  clock = createManualClock();
  voices = createVoices(clock);
});

function membership(head: number, facts: Partial<Membership> = {}): Membership {
  const room = { roomId: ROOM, name: 'tea', kind: 'open', topic: '', people: null } as const;
  return {
    ...room,
    role: 'member',
    head,
    joinedSeq: 1,
    archivedAt: null,
    mutedUntil: null,
    hideJoins: false,
    ...facts,
  };
}

function event(seq: number, type: 'mute' | 'archive' | 'restore', until?: string): RoomEvent {
  const fact = { roomId: ROOM, seq, at: LATER, userId: 1, username: 'ann' };
  if (type !== 'mute') return { type, ...fact };
  return { type, ...fact, target: BOB, targetUsername: 'bob', ...(until === undefined ? {} : { until }) };
}

describe('who may speak', () => {
  test('is everyone of whom nothing else is known', () => expect(voices.has(ROOM, BOB)).toBe(true));

  test('is not who was muted when they subscribed, until that ends', () => {
    voices.learn(BOB, membership(3, { mutedUntil: LATER }));
    expect([voices.has(ROOM, BOB), voices.has(ROOM, 3), voices.has(8, BOB)]).toEqual([false, true, true]);
    clock.advance(60_000);
    expect(voices.has(ROOM, BOB)).toBe(true);
  });

  test('changes with what is committed', () => {
    voices.note(event(4, 'mute', LATER));
    expect(voices.has(ROOM, BOB)).toBe(false);
    voices.note(event(5, 'mute'));
    expect(voices.has(ROOM, BOB)).toBe(true);
  });

  test('is nobody in an archived room', () => {
    voices.note(event(4, 'archive'));
    expect([voices.has(ROOM, BOB), voices.has(ROOM, 1)]).toEqual([false, false]);
    voices.note(event(5, 'restore'));
    expect(voices.has(ROOM, BOB)).toBe(true);
    voices.learn(BOB, membership(6, { archivedAt: LATER }));
    expect(voices.has(ROOM, 1)).toBe(false);
  });

  test('is not changed by what is older', () => {
    voices.note(event(5, 'mute', LATER));
    voices.learn(BOB, membership(4));
    expect(voices.has(ROOM, BOB)).toBe(false);
    voices.note(event(6, 'mute'));
    voices.learn(BOB, membership(5, { mutedUntil: LATER }));
    expect(voices.has(ROOM, BOB)).toBe(true);
  });

  test('stays known of those who are still muted, however many have been', () => {
    voices.note(event(5, 'mute', LATER));
    for (let userId = 100; userId < 2_200; userId++) {
      voices.learn(userId, membership(6, { mutedUntil: new Date(clock.wall() + 1).toISOString() }));
      clock.advance(2);
    }
    expect(voices.has(ROOM, BOB)).toBe(false);
  });
});
