import type { DeleteEvent, EditEvent, Message, ReactEvent } from '@banter/protocol';
import { describe, expect, test } from 'vitest';
import { amend } from './amend.ts';

const ME = 7;
const fact = { roomId: 1, seq: 9, at: '2026-01-02T00:00:00.000Z', userId: 8, username: 'bob' };
const message: Message = {
  ...{ roomId: 1, seq: 3, at: '2026-01-01T00:00:00.000Z', userId: 8, username: 'bob' },
  ...{ id: 'abcdefgh', content: 'hello ann', mentions: [ME], reactions: [{ emoji: '👍', count: 1 }] },
};
const answer: Message = {
  ...{ roomId: 1, seq: 4, at: '2026-01-01T00:00:00.000Z', userId: ME, username: 'ann', id: 'bcdefghi' },
  ...{ content: 'yes', replyTo: 3, quote: { userId: 8, username: 'bob', line: 'hello ann' } },
};
const edit: EditEvent = { ...fact, type: 'edit', target: 3, content: 'hello\nall' };
const deletion: DeleteEvent = { ...fact, type: 'delete', target: 3 };
const react = (on: boolean, userId = 8, emoji = '👍'): ReactEvent => ({
  ...{ ...fact, userId },
  ...{ type: 'react', target: 3, emoji, on },
});

test('an amendment of an unrelated message returns the same object', () => {
  const other = { ...message, seq: 5 };
  for (const event of [edit, deletion, react(true)]) expect(amend(other, event, ME)).toBe(other);
  expect(amend(answer, react(true), ME)).toBe(answer);
});

describe('an edit', () => {
  test('replaces the text and the mentions of its message', () => {
    expect(amend(message, edit, ME)).toEqual({
      ...{ roomId: 1, seq: 3, at: message.at, userId: 8, username: 'bob', id: 'abcdefgh' },
      ...{ content: 'hello\nall', editedAt: fact.at, reactions: message.reactions },
    });
  });

  test('replaces the quote in replies by the new first line', () => {
    expect(amend(answer, edit, ME).quote).toEqual({ userId: 8, username: 'bob', line: 'hello' });
  });

  test('without a text changes nothing, because the deletion is still to come', () => {
    const { content: _, ...gone } = edit;
    expect(amend(message, gone, ME)).toBe(message);
    expect(amend(answer, gone, ME)).toBe(answer);
  });
});

test('a deletion removes text, mentions, reactions and quotes, and keeps the row', () => {
  expect(amend(message, deletion, ME)).toEqual({
    ...{ roomId: 1, seq: 3, at: message.at, userId: 8, username: 'bob', id: 'abcdefgh' },
    deletedAt: fact.at,
  });
  expect(amend(answer, deletion, ME)).not.toHaveProperty('quote');
});

describe('reactions', () => {
  const after = (...events: ReactEvent[]) =>
    events.reduce((changed, event) => amend(changed, event, ME), message).reactions;

  test('are counted by emoji, in the order in which each first appeared', () => {
    expect(after(react(true), react(true, 9, '🎉'))).toEqual([
      { emoji: '👍', count: 2 },
      { emoji: '🎉', count: 1 },
    ]);
  });

  test('by the caller are marked, and counted once', () => {
    expect(after(react(true, ME), react(true, ME))).toEqual([{ emoji: '👍', count: 2, mine: true }]);
    expect(after(react(true, ME), react(true), react(false, ME))).toEqual([{ emoji: '👍', count: 2 }]);
  });

  test('with a count of 0 are removed', () => {
    expect(after(react(false))).toBeUndefined();
  });
});
