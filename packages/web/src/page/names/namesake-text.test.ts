import { expect, it } from 'vitest';
import { room } from '../../../test/rooms.ts';
import { namesakeText } from './namesake-text.ts';

const CLOSED = room(3, 'Tides', { kind: 'closed', role: 'owner', namesakeId: 7 });
const text = (rooms = [CLOSED], of = CLOSED) => namesakeText(of, rooms, 1);

it('[C11] an owner of a closed room reads which open room has its name', () => {
  expect(text()).toMatch(/^Anyone can join #Tides~7, .* your invite-only #Tides~3\. .*\/rename/);
  expect(text([CLOSED, room(7, 'tides')])).toBe(text());
});

it('[C11] nobody else is told: members, owners of open rooms, and owners of two closed rooms', () => {
  expect(text([CLOSED, room(7, 'tides', { kind: 'closed' })])).toBeNull();
  for (const other of [{ role: 'member' as const }, { kind: 'open' as const }])
    expect(text([CLOSED], { ...CLOSED, ...other })).toBeNull();
  const { namesakeId: _, ...unique } = CLOSED;
  expect(text([unique], unique)).toBeNull();
});
