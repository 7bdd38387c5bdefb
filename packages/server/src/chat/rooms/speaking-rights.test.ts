import type { RoomEvent } from '@banter/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { createManualClock, type ManualClock, WALL_START_MS } from '../../../test/harness/clock.ts';
import type { Membership } from '../../store/memberships.ts';
import { SpeakingRights } from './speaking-rights.ts';

const ROOM = 7;
const BOB = 2;
const LATER = new Date(WALL_START_MS + 60_000).toISOString();

let clock: ManualClock;
let rights: SpeakingRights;
beforeEach(() => {
  clock = createManualClock();
  rights = new SpeakingRights({ clock });
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
    namesakeId: null,
    ...facts,
  };
}

function event(seq: number, type: 'mute' | 'archive' | 'restore', until?: string): RoomEvent {
  const fact = { roomId: ROOM, seq, at: LATER, userId: 1, username: 'ann' };
  if (type !== 'mute') return { type, ...fact };
  return { type, ...fact, target: BOB, targetUsername: 'bob', ...(until === undefined ? {} : { until }) };
}

describe('a person', () => {
  test('may speak by default', () => expect(rights.maySpeak(ROOM, BOB)).toBe(true));

  test('may not speak until a mute of their membership ends', () => {
    rights.adopt(BOB, membership(3, { mutedUntil: LATER }));
    expect([rights.maySpeak(ROOM, BOB), rights.maySpeak(ROOM, 3), rights.maySpeak(8, BOB)]).toEqual([
      false,
      true,
      true,
    ]);
    clock.advance(60_000);
    expect(rights.maySpeak(ROOM, BOB)).toBe(true);
  });

  test('may not speak after a committed mute, and may after its end', () => {
    rights.record(event(4, 'mute', LATER));
    expect(rights.maySpeak(ROOM, BOB)).toBe(false);
    rights.record(event(5, 'mute'));
    expect(rights.maySpeak(ROOM, BOB)).toBe(true);
  });

  test('may not speak in an archived room', () => {
    rights.record(event(4, 'archive'));
    expect([rights.maySpeak(ROOM, BOB), rights.maySpeak(ROOM, 1)]).toEqual([false, false]);
    rights.record(event(5, 'restore'));
    expect(rights.maySpeak(ROOM, BOB)).toBe(true);
    rights.adopt(BOB, membership(6, { archivedAt: LATER }));
    expect(rights.maySpeak(ROOM, 1)).toBe(false);
  });

  test('is judged by the newest fact, whichever comes first', () => {
    rights.record(event(5, 'mute', LATER));
    rights.adopt(BOB, membership(4));
    expect(rights.maySpeak(ROOM, BOB)).toBe(false);
    rights.record(event(6, 'mute'));
    rights.adopt(BOB, membership(5, { mutedUntil: LATER }));
    expect(rights.maySpeak(ROOM, BOB)).toBe(true);
  });

  test('stays muted, however many mutes of others have expired', () => {
    rights.record(event(5, 'mute', LATER));
    for (let userId = 100; userId < 2_200; userId++) {
      rights.adopt(userId, membership(6, { mutedUntil: new Date(clock.wall() + 1).toISOString() }));
      clock.advance(2);
    }
    expect(rights.maySpeak(ROOM, BOB)).toBe(false);
  });
});
