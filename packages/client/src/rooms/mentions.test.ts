import type { Message } from '@banter/protocol';
import { expect, it } from 'vitest';
import { mentionsUser } from './mentions.ts';

const message: Message = {
  ...{ roomId: 1, seq: 1, userId: 2, username: 'mira', content: 'juno', id: 'abcdefgh' },
  at: '2026-01-01T12:00:00.000Z',
};

it('a message mentions the people in the server’s list, whatever its text says', () => {
  expect(mentionsUser(message, 1)).toBe(false);
  expect(mentionsUser({ ...message, mentions: [3] }, 1)).toBe(false);
  expect(mentionsUser({ ...message, mentions: [1, 3] }, 1)).toBe(true);
  expect(mentionsUser({ ...message, mentionsRoom: true }, 1)).toBe(true);
});

it('a message mentions neither its author nor a person who is not signed in', () => {
  expect(mentionsUser({ ...message, mentionsRoom: true }, 2)).toBe(false);
  expect(mentionsUser({ ...message, mentionsRoom: true }, undefined)).toBe(false);
});
