import { UNREAD_MAX } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { addMessage, countFromServer, readUpTo, totalsOf } from './unread.ts';

const plain = (seq: number) => ({ seq, isMention: false });
const mention = (seq: number) => ({ seq, isMention: true });

describe('the unread count of a room', () => {
  it('adds what comes to what the server told', () => {
    const count = addMessage(
      addMessage(countFromServer({ unread: 3, mentions: 1 }, 10), plain(11)),
      mention(12),
    );
    expect(totalsOf(count)).toEqual({ unread: 5, mentions: 2 });
  });

  it('does not count again what the server has counted', () => {
    const count = addMessage(countFromServer({ unread: 3, mentions: 0 }, 10), plain(10));
    expect(totalsOf(count)).toEqual({ unread: 3, mentions: 0 });
  });

  it('keeps what came after the head for which the server counted anew', () => {
    const before = addMessage(
      addMessage(countFromServer({ unread: 3, mentions: 0 }, 10), plain(11)),
      plain(12),
    );
    expect(totalsOf(countFromServer({ unread: 4, mentions: 0 }, 11, before))).toEqual({
      unread: 5,
      mentions: 0,
    });
  });

  it('does not bring back what is read here and the server has not heard of', () => {
    const read = readUpTo(countFromServer({ unread: 3, mentions: 0 }, 10), 10, null);
    expect(totalsOf(countFromServer({ unread: 3, mentions: 0 }, 10, read))).toEqual({
      unread: 0,
      mentions: 0,
    });
  });

  it('is nothing once the head is read', () => {
    const count = addMessage(countFromServer({ unread: 3, mentions: 2 }, 10), mention(11));
    expect(totalsOf(readUpTo(count, 11, null))).toEqual({ unread: 0, mentions: 0 });
  });

  it('is exact for a mark in the middle where the messages above it are known', () => {
    const count = addMessage(countFromServer({ unread: 3, mentions: 2 }, 10), mention(11));
    expect(totalsOf(readUpTo(count, 8, [plain(10), mention(11)]))).toEqual({ unread: 2, mentions: 1 });
  });

  it('never goes back', () => {
    const read = readUpTo(countFromServer({ unread: 3, mentions: 0 }, 10), 10, null);
    expect(readUpTo(read, 4, [plain(5)])).toBe(read);
  });

  it('stops at UNREAD_MAX', () => {
    let count = countFromServer({ unread: UNREAD_MAX, mentions: 0 }, 0);
    for (let seq = 1; seq <= UNREAD_MAX + 5; seq++) count = addMessage(count, mention(seq));
    expect(totalsOf(count)).toEqual({ unread: UNREAD_MAX, mentions: UNREAD_MAX });
    expect(count.newer).toHaveLength(UNREAD_MAX);
  });
});
