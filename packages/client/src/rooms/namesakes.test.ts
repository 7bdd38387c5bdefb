import type { Room } from '@banter/protocol';
import { expect, it } from 'vitest';
import { withNamesakes } from './namesakes.ts';

const room = (id: number, name: string, more: Partial<Room> = {}): Room => ({
  ...{ id, name, kind: 'open', topic: '', joined: true, head: 0, unread: 0, mentions: 0, members: 2 },
  createdAt: '2026-01-01T00:00:00.000Z',
  ...more,
});

it('[C11] each of two rooms with one name, in any case, knows the other; direct rooms have no name', () => {
  const closed = { kind: 'closed' } as const;
  const direct = { kind: 'direct' } as const;
  const rooms = [
    room(1, 'tides'),
    room(2, 'Tides', closed),
    room(3, 'tides', { ...closed, namesakeId: 9 }),
    room(4, 'lobby'),
    room(5, '', direct),
    room(6, '', direct),
  ];
  expect(withNamesakes(rooms).map(({ namesakeId }) => namesakeId)).toEqual([
    2,
    1,
    9,
    undefined,
    undefined,
    undefined,
  ]);
  expect(rooms[0]).not.toHaveProperty('namesakeId');
});
