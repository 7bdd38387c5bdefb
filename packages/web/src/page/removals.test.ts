import { expect, it } from 'vitest';
import { room } from '../../test/rooms.ts';
import { lostText, removalText } from './removals.ts';

const ROOM = room(1, 'tides');

it('a kick shows who, why and, for an open room, how to return', () => {
  const kick = { type: 'kick', username: 'edda' } as const;
  expect(removalText(kick, ROOM)).toBe('edda removed you from #tides. /join #tides to return.');
  expect(removalText({ ...kick, reason: 'too loud.' }, { ...ROOM, kind: 'closed' })).toBe(
    'edda removed you from #tides: too loud.',
  );
});

it('a ban shows when it ends', () => {
  const until = new Date(2026, 10, 25, 15, 30).toISOString();
  expect(removalText({ type: 'ban', username: 'edda', until, reason: 'spam' }, ROOM)).toBe(
    'edda banned you from #tides until 15:30 on Wednesday 25 November 2026: spam.',
  );
  expect(removalText({ type: 'ban', username: 'edda' }, ROOM)).toBe('edda banned you from #tides.');
});

it('a room that one is no longer in says so, and whether one can return', () => {
  expect(lostText('open', '#tides')).toBe("You're no longer in #tides: nothing can be sent.");
  expect(lostText('closed', '#tides')).toMatch(/You need an invitation to return\.$/);
  expect(lostText('direct', 'mira')).toMatch(/^You left your direct room with mira/);
});
