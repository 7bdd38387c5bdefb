import { describe, expect, it } from 'vitest';
import { room } from '../../test/rooms.ts';
import { addressOf, roomAt } from './room-address.ts';

const SELF = 1;
const person = (userId: number, username: string) => ({ userId, username });
const talk = (id: number, ...people: { userId: number; username: string }[]) =>
  room(id, '', { kind: 'direct', people: [person(SELF, 'juno'), ...people] });
const ROOMS = [
  room(1, 'lobby'),
  room(2, 'Deploys'),
  room(3, 'twin'),
  room(4, 'Twin', { kind: 'closed' }),
  talk(5),
  talk(6, person(3, 'mira')),
  talk(7, person(3, 'mira'), person(2, 'hal')),
];

describe('the address of a room', () => {
  it('is its name, or the names of the people in a direct room', () => {
    const addresses = ROOMS.map((each) => addressOf(each, ROOMS, SELF));
    expect(addresses).toEqual(['#lobby', '#Deploys', '#twin~3', '#Twin~4', '#@juno', '#@mira', '#@hal,mira']);
  });

  it('[C11] has the id also when the reader is not in the other room of that name', () => {
    const closed = room(8, 'tides', { kind: 'closed', namesakeId: 9 });
    expect(addressOf(closed, [closed], SELF)).toBe('#tides~8');
    expect(roomAt('#Tides~8', [closed], SELF)).toBe(closed);
    expect(roomAt('#tides~9', [closed], SELF)).toBeUndefined();
  });

  it('leads to exactly that room', () => {
    for (const each of ROOMS) expect(roomAt(addressOf(each, ROOMS, SELF), ROOMS, SELF)).toBe(each);
  });

  it('is found in any case and in percent-encoding', () => {
    expect(roomAt('#deploys', ROOMS, SELF)?.id).toBe(2);
    expect(roomAt('#%40hal%2Cmira', ROOMS, SELF)?.id).toBe(7);
  });

  it('leads nowhere when no room has it', () => {
    for (const hash of ['', '#', '#secret', '#twin~9', '#%', '#@zoe']) {
      expect(roomAt(hash, ROOMS, SELF)).toBeUndefined();
    }
  });
});
