import { describe, expect, it } from 'vitest';
import {
  changesEarlier,
  EVENT_KINDS,
  EVENT_TYPES,
  fencedUserId,
  isAmendment,
  isNotice,
  isPersonal,
  NOTICE_TYPES,
  PERSONAL_TYPES,
} from './event-kinds.ts';
import type { RoomEvent } from './events.ts';

const EVENTS = EVENT_TYPES.map(
  (type) => ({ type, roomId: 1, seq: 5, userId: 7, username: 'ann', target: 8 }) as unknown as RoomEvent,
);
const UNKNOWN = ['dance', 'constructor'].map(
  (type) => ({ type, seq: 5, userId: 7, target: 8 }) as unknown as RoomEvent,
);

const typesWhere = (test: (event: RoomEvent) => boolean) => EVENTS.filter(test).map(({ type }) => type);

describe('the kinds of room events', () => {
  it('are messages, amendments of messages, and notices', () => {
    expect(typesWhere(isAmendment)).toEqual(['edit', 'delete', 'react']);
    expect(typesWhere((event) => !isNotice(event))).toEqual(['message', 'edit', 'delete', 'react']);
    expect(typesWhere(isNotice)).toEqual(NOTICE_TYPES);
  });

  it('act on a person if their target is an account', () => {
    expect(PERSONAL_TYPES).toEqual(['role', 'kick', 'ban', 'unban', 'mute']);
    expect(typesWhere(isPersonal)).toEqual(PERSONAL_TYPES);
  });

  it('change earlier text only if they are edits or deletions', () => {
    expect(typesWhere(changesEarlier)).toEqual(['edit', 'delete']);
  });

  it('[A3] shut out the actor of a leave, and the target of a kick and of a ban', () => {
    const fences = EVENTS.map((event) => [event.type, fencedUserId(event)] as const);
    expect(fences.filter(([, userId]) => userId !== null)).toEqual([
      ['leave', 7],
      ['kick', 8],
      ['ban', 8],
    ]);
  });

  it('are audited, except messages, their edits and reactions, and leaves', () => {
    const unaudited = EVENT_TYPES.filter((type) => EVENT_KINDS[type].audited === false);
    expect(unaudited).toEqual(['message', 'edit', 'react', 'leave']);
    expect([EVENT_KINDS.join.audited, EVENT_KINDS.delete.audited]).toEqual(['first', 'others']);
  });

  it('include no event of an unknown type', () => {
    for (const event of UNKNOWN) {
      expect([isAmendment, isNotice, isPersonal, changesEarlier].map((is) => is(event))).not.toContain(true);
      expect(fencedUserId(event)).toBeNull();
    }
  });
});
