import type { Room } from '@banter/protocol';
import { expect, it } from 'vitest';
import { room } from '../../test/rooms.ts';
import { inOrder, roomLabel, roomTitle } from './room-title.ts';

const ROOM = room(1, 'tides');
const person = (userId: number, username: string) => ({ userId, username });
const direct = (...people: Room['people'] & object): Room => ({ ...ROOM, kind: 'direct', name: '', people });

it('a named room is shown by its name', () => {
  expect(roomTitle(ROOM, 1)).toBe('#tides');
  expect(roomLabel(ROOM, 1)).toBe('tides');
});

it('[C11] a room whose name another room has too is shown with its id', () => {
  const named = room(3, 'Tides', { kind: 'closed', namesakeId: 7 });
  expect(roomTitle(named, 1)).toBe('#Tides~3');
  expect(roomLabel(named, 1)).toBe('Tides~3');
});

it('a direct room is shown by the names of its other people', () => {
  expect(roomTitle(direct(person(1, 'juno'), person(2, 'mira')), 1)).toBe('mira');
  expect(roomLabel(direct(person(3, 'hal'), person(1, 'juno'), person(2, 'mira')), 1)).toBe('hal and mira');
  expect(roomTitle(direct(person(1, 'juno')), 1)).toBe('yourself');
});

it('direct rooms come after the named ones', () => {
  const talk = { ...direct(person(2, 'mira')), id: 2 };
  expect(inOrder([ROOM, talk, { ...ROOM, id: 3 }]).map(({ id }) => id)).toEqual([1, 3, 2]);
});
