import type { TokenScope } from '@banter/protocol';
import { describe, expect, test } from 'vitest';
import { shortFormOf, shownOf } from './answers.ts';

const withScopes = (...scopes: TokenScope[]) => ({ scopes: new Set(scopes) });
const MESSAGE = {
  roomId: 1,
  seq: 9,
  id: 'ada-0001',
  userId: 2,
  username: 'ada',
  content: 'secret',
  quote: { userId: 3, username: 'bob', line: 'also secret' },
};

describe('[T2] the answer to a change', () => {
  test.each<[string, unknown, unknown]>([
    ['Message', MESSAGE, { roomId: 1, seq: 9, id: 'ada-0001' }],
    ['Room', { id: 1, name: 'crew', topic: 'plans', members: 9 }, { id: 1 }],
    ['Entrance', { room: { id: 1, name: 'crew' } }, { room: { id: 1 } }],
    ['Entrance', {}, {}],
    ['OwnProfile', { id: 1, username: 'ada', email: 'ada@example.net' }, { id: 1 }],
  ])('of the kind %s is short for a token without `read`', (kind, whole, short) => {
    expect(shownOf(whole, kind, withScopes('write'))).toEqual(short);
    expect(shownOf(whole, kind, withScopes('write', 'admin'))).toEqual(short);
    expect(shownOf(whole, kind, withScopes('write', 'read'))).toBe(whole);
  });

  test('without a row, or without the short form that its call needs, is an error at the start', () => {
    expect(() => shortFormOf('Novelty', 'write')).toThrow('no row for the answer Novelty');
    expect(() => shortFormOf('NewPersonalToken', 'write')).toThrow('no short form of NewPersonalToken');
    expect(shortFormOf('NewPersonalToken', 'admin')).toBeNull();
  });
});
