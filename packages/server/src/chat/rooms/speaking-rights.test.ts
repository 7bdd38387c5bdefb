import type { RoomEvent } from '@banter/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { createManualClock, type ManualClock, WALL_START_MS } from '../../../test/harness/clock.ts';
import type { Membership } from '../../store/memberships.ts';
import { createSpeakingRights, type SpeakingRights } from './speaking-rights.ts';

const ROOM = 7;
const BOB = 2;
const LATER = new Date(WALL_START_MS + 60_000).toISOString();

let clock: ManualClock;
let voices: SpeakingRights;
beforeEach(() => {
  clock = createManualClock();
  voices = createSpeakingRights(clock);
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
  test('is everyone of whom nothing else is known', () => expect(voices.maySpeak(ROOM, BOB)).toBe(true));

  test('is not who was muted when they subscribed, until that ends', () => {
    voices.adopt(BOB, membership(3, { mutedUntil: LATER }));
    expect([voices.maySpeak(ROOM, BOB), voices.maySpeak(ROOM, 3), voices.maySpeak(8, BOB)]).toEqual([
      false,
      true,
      true,
    ]);
    clock.advance(60_000);
    expect(voices.maySpeak(ROOM, BOB)).toBe(true);
  });

  test('changes with what is committed', () => {
    voices.record(event(4, 'mute', LATER));
    expect(voices.maySpeak(ROOM, BOB)).toBe(false);
    voices.record(event(5, 'mute'));
    expect(voices.maySpeak(ROOM, BOB)).toBe(true);
  });

  test('is nobody in an archived room', () => {
    voices.record(event(4, 'archive'));
    expect([voices.maySpeak(ROOM, BOB), voices.maySpeak(ROOM, 1)]).toEqual([false, false]);
    voices.record(event(5, 'restore'));
    expect(voices.maySpeak(ROOM, BOB)).toBe(true);
    voices.adopt(BOB, membership(6, { archivedAt: LATER }));
    expect(voices.maySpeak(ROOM, 1)).toBe(false);
  });

  test('is not changed by what is older', () => {
    voices.record(event(5, 'mute', LATER));
    voices.adopt(BOB, membership(4));
    expect(voices.maySpeak(ROOM, BOB)).toBe(false);
    voices.record(event(6, 'mute'));
    voices.adopt(BOB, membership(5, { mutedUntil: LATER }));
    expect(voices.maySpeak(ROOM, BOB)).toBe(true);
  });

  test('stays known of those who are still muted, however many have been', () => {
    voices.record(event(5, 'mute', LATER));
    for (let userId = 100; userId < 2_200; userId++) {
      voices.adopt(userId, membership(6, { mutedUntil: new Date(clock.wall() + 1).toISOString() }));
      clock.advance(2);
    }
    expect(voices.maySpeak(ROOM, BOB)).toBe(false);
  });
});
