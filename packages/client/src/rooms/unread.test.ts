import { UNREAD_MAX } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { addMessage, countFromServer, readUpTo, totalsOf } from './unread.ts';

const plain = (seq: number) => ({ seq, isMention: false });
const mention = (seq: number) => ({ seq, isMention: true });

describe('the unread count of a room', () => {
  it('adds later messages to the server’s count', () => {
    const count = addMessage(
      addMessage(countFromServer({ unread: 3, mentions: 1 }, 10), plain(11)),
      mention(12),
    );
    expect(totalsOf(count)).toEqual({ unread: 5, mentions: 2 });
  });

  it('ignores a message that the server has counted', () => {
    const count = addMessage(countFromServer({ unread: 3, mentions: 0 }, 10), plain(10));
    expect(totalsOf(count)).toEqual({ unread: 3, mentions: 0 });
  });

  it('keeps messages above the head of a new count by the server', () => {
    const before = addMessage(
      addMessage(countFromServer({ unread: 3, mentions: 0 }, 10), plain(11)),
      plain(12),
    );
    expect(totalsOf(countFromServer({ unread: 4, mentions: 0 }, 11, before))).toEqual({
      unread: 5,
      mentions: 0,
    });
  });

  it('stays at 0 if the server counted before it received the read mark', () => {
    const read = readUpTo(countFromServer({ unread: 3, mentions: 0 }, 10), 10, null);
    expect(totalsOf(countFromServer({ unread: 3, mentions: 0 }, 10, read))).toEqual({
      unread: 0,
      mentions: 0,
    });
  });

  it('is 0 once the head is read', () => {
    const count = addMessage(countFromServer({ unread: 3, mentions: 2 }, 10), mention(11));
    expect(totalsOf(readUpTo(count, 11, null))).toEqual({ unread: 0, mentions: 0 });
  });

  it('is exact for a mark in the middle if the messages above it are loaded', () => {
    const count = addMessage(countFromServer({ unread: 3, mentions: 2 }, 10), mention(11));
    expect(totalsOf(readUpTo(count, 8, [plain(10), mention(11)]))).toEqual({ unread: 2, mentions: 1 });
  });

  it('ignores an older mark', () => {
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
