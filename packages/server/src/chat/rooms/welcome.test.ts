import { encodeJson, TOPIC_MAX_CHARS, WELCOME_ROOMS_MAX_BYTES } from '@banter/protocol';
import { expect, it } from 'vitest';
import type { Membership } from '../../store/memberships.ts';
import { checkLine } from '../fields.ts';
import { ALL_PERMISSIONS } from '../permissions.ts';
import { toWelcome } from './welcome.ts';

const CALLER = { user: { id: 2, username: 'ann' }, sessionId: 1, permissions: ALL_PERMISSIONS, scope: {} };
const LAST_ID = Number.MAX_SAFE_INTEGER;
const PEOPLE = Array.from({ length: 8 }, () => ({ userId: LAST_ID, username: 'n'.repeat(32) }));

/** A greeting with these rooms and nothing else. */
const greetingOf = (memberships: Membership[]) => ({ memberships, ignored: [], requests: 0 });

/** A room whose entry is as long as it can be. */
function longest(topic: string): Membership {
  return {
    ...{ roomId: LAST_ID, name: 'n'.repeat(32), kind: 'closed', role: 'moderator', people: PEOPLE },
    ...{ head: LAST_ID, joinedSeq: 1, archivedAt: '2026-01-01T00:00:00.000Z', mutedUntil: null },
    ...{ topic: checkLine(topic, 'topic', TOPIC_MAX_CHARS), hideJoins: true, namesakeId: LAST_ID },
  };
}

const bytesOf = (value: unknown) => Buffer.byteLength(encodeJson(value));

it.each(['a', '"', '\\', '€', '😀', '\u2028', '\u0085', '\u009f', '\u{e0041}'])(
  '[L8] the rooms of a welcome stay under the maximum of bytes, with the longest topics of %j',
  (character) => {
    const joined = Array.from({ length: 400 }, () => longest(character.repeat(TOPIC_MAX_CHARS)));
    const { rooms, more } = toWelcome(CALLER, 'epoch', greetingOf(joined));
    expect(more).toBe(true);
    expect(rooms.length).toBeGreaterThan(50);
    expect(bytesOf(rooms)).toBeLessThanOrEqual(WELCOME_ROOMS_MAX_BYTES);
  },
);

it('[L8] a welcome says that there are more rooms only if it leaves some out', () => {
  const { rooms, more } = toWelcome(CALLER, 'epoch', greetingOf([longest(''), longest('tides')]));
  expect(rooms).toHaveLength(2);
  expect(more).toBeUndefined();
});
