import type { Room } from '@banter/protocol';
import { expect, it } from 'vitest';
import { removalText } from './removals.ts';

const ROOM: Room = {
  ...{
    id: 1,
    name: 'tides',
    kind: 'open',
    topic: '',
    joined: true,
    head: 0,
    unread: 0,
    mentions: 0,
    members: 2,
  },
  createdAt: '2026-01-01T00:00:00.000Z',
};

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
