import type { Message } from '@banter/protocol';
import { expect, it } from 'vitest';
import { mentionsUser } from './mentions.ts';

const said: Message = {
  ...{ roomId: 1, seq: 1, userId: 2, username: 'mira', content: 'juno', id: 'abcdefgh' },
  at: '2026-01-01T12:00:00.000Z',
};

it('a message calls whom the server says it calls, whatever stands in its text', () => {
  expect(mentionsUser(said, 1)).toBe(false);
  expect(mentionsUser({ ...said, mentions: [3] }, 1)).toBe(false);
  expect(mentionsUser({ ...said, mentions: [1, 3] }, 1)).toBe(true);
  expect(mentionsUser({ ...said, mentionsRoom: true }, 1)).toBe(true);
});

it('nobody calls themselves, and a message calls nobody who is not signed in', () => {
  expect(mentionsUser({ ...said, mentionsRoom: true }, 2)).toBe(false);
  expect(mentionsUser({ ...said, mentionsRoom: true }, undefined)).toBe(false);
});
